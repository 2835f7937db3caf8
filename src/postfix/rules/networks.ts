import { contains, isPrivate, type Network, parseNetwork } from '../configuration/networks.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import { splitList } from '../configuration/word-list.js';
import type { ServiceRule } from './rule.js';

/** Default networks of Docker, Podman, libvirt and QEMU, whose first addresses stand for everybody outside. */
const bridges = [
  ['172.17.0.0/16', '172.17.0.1'],
  ['10.88.0.0/16', '10.88.0.1'],
  ['192.168.122.0/24', '192.168.122.1'],
  ['10.0.2.0/24', '10.0.2.2'],
].map((texts) => texts.map((text) => parseNetwork(text) as Network) as [network: Network, gateway: Network]);

/** The biggest block of public addresses that one site may call its own: a /20 is what registries hand out at least. */
const widestPublic = { 32: 20, 128: 32 } as const;

/** R04: more of the Internet may relay than is this site's own. */
const wideNetworks: ServiceRule = (service) => {
  const { settings } = service;
  if (settings.source('mynetworks') === 'default') return wideStyle(service);
  const entries = settings
    .list('mynetworks')
    .flatMap((entry) => (entry.startsWith('/') ? listedIn(service, entry) : [entry]));
  const networks = entries.map((text) => ({ text, network: text.startsWith('!') ? undefined : parseNetwork(text) }));
  const tooWide = networks.filter(
    ({ network }) => network !== undefined && !isPrivate(network) && network.prefix < widestPublic[network.bits],
  );
  const tables = entries.filter((text) => /^static:/.test(text));
  const rest = (bad: readonly string[]) =>
    entries.filter((text) => !bad.includes(text)).join(' ') || '127.0.0.0/8 [::1]/128';
  const bad = [...tooWide.map(({ text }) => text), ...tables];
  if (bad.length > 0) {
    const message = `${bad.join(', ')} lets strangers send mail to anybody through this server, an open relay`;
    return [service.found('R04', 'error', 'mynetworks', message, service.set('mynetworks', rest(bad)))];
  }
  const bridged = networks.filter(
    ({ network }) =>
      network !== undefined &&
      bridges.some(([bridge, gateway]) => contains(bridge, network) && contains(network, gateway)),
  );
  if (bridged.length === 0) return [];
  const names = bridged.map(({ text }) => text);
  const message = `${names.join(', ')} holds the address under which a container or virtual machine sees everybody who comes through a published port; if Postfix runs in one, it is an open relay`;
  return [service.found('R04', 'warning', 'mynetworks', message, service.set('mynetworks', rest(names)))];
};

/** A path stands for what is in the file (postconf(5), mynetworks: "/file/name"). */
function listedIn(service: SmtpdService, path: string): string[] {
  const file = service.file(path);
  if (file === undefined) return [path];
  return splitList(
    Buffer.from(file.bytes)
      .toString('latin1')
      .replaceAll(/^\s*#.*$/gm, ''),
  );
}

function wideStyle(service: SmtpdService) {
  const { settings } = service;
  const style = settings.value('mynetworks_style').toLowerCase();
  if (style !== 'class' && style !== 'subnet') return [];
  const known = (
    settings.raw('mynetworks') === undefined ? settings.list('inet_interfaces') : settings.list('mynetworks')
  ).map(parseNetwork);
  const isPublic = known.some((network) => network !== undefined && !isPrivate(network));
  const isLocal = settings
    .list('inet_interfaces')
    .every((name) => name === 'loopback-only' || name === 'localhost' || /^127\.|^\[?::1/.test(name));
  const chosen = settings.source('mynetworks_style') !== 'default';
  if (isLocal && !isPublic && !chosen) return [];
  const message = `every host of the ${style === 'class' ? 'class A, B or C network' : 'subnet'} that an address of this server lies in may relay; with a public address these are strangers`;
  const harmless = isLocal && !isPublic;
  const severity = harmless ? 'info' : (isPublic && chosen) || style === 'class' ? 'error' : 'warning';
  return [service.found('R04', severity, 'mynetworks_style', message, service.set('mynetworks_style', 'host'))];
}

/** R05: mail that goes on to others is taken from strangers by a back door. */
const backDoors: ServiceRule = (service) => {
  const { settings } = service;
  const findings = [];
  if (settings.isYes('allow_untrusted_routing')) {
    const message =
      'strangers may relay by writing the way into the address: user@elsewhere@here is sent on to user@elsewhere';
    findings.push(
      service.found('R05', 'error', 'allow_untrusted_routing', message, service.set('allow_untrusted_routing', 'no')),
    );
  }
  return [...findings, ...wideRelayDomains(service)];
};

function wideRelayDomains(service: SmtpdService) {
  const { settings } = service;
  const domains = settings.list('relay_domains').map((domain) => domain.toLowerCase());
  const chosen = settings.source('relay_domains') !== 'default';
  const whole = domains.find(
    (domain) => /^\.?[a-z]{2,}$/.test(domain) || domain.startsWith('static:') || domain === '*',
  );
  const fix = service.set(
    'relay_domains',
    domains.filter((domain) => domain !== whole && !isOwn(service, domain)).join(', '),
  );
  if (whole !== undefined && !['localhost', 'localdomain'].includes(whole)) {
    return [
      service.found(
        'R05',
        'error',
        'relay_domains',
        `"${whole}" lets strangers send mail to all of it through this server`,
        fix,
      ),
    ];
  }
  const subdomains = settings.list('parent_domain_matches_subdomains').includes('relay_domains');
  const own = domains.find((domain) => domain.includes('.') && isOwn(service, domain));
  if (!subdomains || own === undefined) return [];
  const message = `strangers may relay to every host below ${own}: parent_domain_matches_subdomains makes relay_domains mean subdomains too`;
  return [service.found('R05', chosen ? 'error' : 'warning', 'relay_domains', message, fix)];
}

/** Domains whose mail is delivered here need not be relayed. */
function isOwn({ settings }: SmtpdService, domain: string): boolean {
  return settings.list('mydestination').some((name) => name.toLowerCase() === domain);
}

export const networkRules: readonly ServiceRule[] = [wideNetworks, backDoors];
