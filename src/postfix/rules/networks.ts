import { toLatin1 } from '../../bytes/encoding.js';
import { contains, isPrivate, type Network, parseNetwork, widestPublic } from '../configuration/ip-network.js';
import { patternProblem } from '../configuration/network-pattern.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import { splitList, splitNegation } from '../configuration/word-list.js';
import type { Draft, Rule } from './rule.js';

/** Default networks of Docker, Podman, libvirt and QEMU, with the gateway from which connections from outside may appear to come. */
const bridges = [
  ['172.17.0.0/16', '172.17.0.1'],
  ['10.88.0.0/16', '10.88.0.1'],
  ['192.168.122.0/24', '192.168.122.1'],
  ['10.0.2.0/24', '10.0.2.2'],
].map((texts) => texts.map((text) => parseNetwork(text) as Network) as [network: Network, gateway: Network]);

/** Address ranges from which Docker, Podman and their users choose the networks of bridges. */
const containerNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '[fc00::]/7'].map(
  (text) => parseNetwork(text) as Network,
);

const wideNetworks: Rule = {
  id: 'R04',
  severity: 'error',
  what: 'mynetworks contains hosts of strangers',
  why: 'Every client in mynetworks may relay without a password. In a container, outside connections may seem to come from the gateway of the bridge, so that all of them are in its network.',
  document: 'postconf(5), mynetworks and mynetworks_style',
  audiences: ['internet', 'networks'],
  service: (service) => {
    const { settings, site } = service;
    if (settings.source('mynetworks') === 'default') return wideStyle(service);
    // R10 reports the entries that Postfix cannot read. They permit no client.
    const entries = entriesOf(service).filter((entry) => patternProblem(entry) === undefined);
    const networks = entries.flatMap((text) => {
      const network = text.startsWith('!') ? undefined : parseNetwork(text);
      return network ? [{ text, network }] : [];
    });
    const isTooWide = (network: Network) => !isPrivate(network) && network.prefix < widestPublic[network.bits];
    const wide = [
      ...networks.filter(({ network }) => isTooWide(network)).map(({ text }) => text),
      ...entries.filter((text) => /^static:/.test(text)),
    ];
    if (wide.length > 0) return [tooWide(service, wide, entries)];
    const held = networks.filter(({ network }) => (site.isContainer ? isContainerNetwork(network) : isBridge(network)));
    if (held.length === 0) return [];
    const names = held.map(({ text }) => text).join(', ');
    return [
      site.isContainer
        ? {
            severity: 'warning',
            parameter: 'mynetworks',
            message: `Postfix runs in a container, and ${names} in mynetworks contains the gateway of its network: if outside connections seem to come from the gateway, as with Docker's userland proxy and IPv6, this is an open relay`,
            advice:
              'list single hosts instead of whole networks, and check which address the log shows for an outside client',
          }
        : {
            severity: 'info',
            parameter: 'mynetworks',
            message: `${names} in mynetworks is the network of containers or virtual machines on this host: all of them may relay`,
            advice: 'keep it if the containers there are to send mail through this server',
          },
    ];
  },
};

const unreadableNetworks: Rule = {
  id: 'R10',
  severity: 'error',
  what: 'mynetworks contains an entry that Postfix cannot read',
  why: 'For an IPv6 address without brackets, smtpd stops, and the port does not answer. For a network that is not complete, or an address with bits beyond the prefix length, permit_mynetworks fails: recipients get 451 "Temporary lookup failure", unless an earlier entry contains the client.',
  document: 'postconf(5), mynetworks',
  audiences: ['internet', 'networks'],
  service: (service) => {
    const entries = entriesOf(service);
    const mended = entries.map((entry) => {
      const [marks, pattern] = splitNegation(entry);
      const problem = patternProblem(pattern);
      return { entry, problem, meant: problem ? problem.meant && `${marks}${problem.meant}` : entry };
    });
    const value = mended.map(({ meant }) => meant);
    const changes =
      isInline(service) && !value.includes(undefined) ? [service.set('mynetworks', value.join(' '))] : undefined;
    const faulty = mended.filter(({ problem }) => problem !== undefined);
    if (faulty.length === 0) return [];
    const list = faulty.map(({ entry, problem }) => `${entry} (${problem?.reason})`).join(', ');
    const effect = faulty.some(({ problem }) => problem?.effect === 'stops')
      ? 'smtpd stops, and the port does not answer'
      : 'recipients get 451 "Temporary lookup failure" from clients that no earlier entry contains';
    const names = faulty.map(({ entry }) => entry).join(', ');
    return [
      {
        severity: 'error',
        parameter: 'mynetworks',
        message: `Postfix cannot read ${list}: ${effect}`,
        ...(changes && { changes }),
        advice: `correct ${names} in mynetworks: four octets or an IPv6 address in brackets, and a prefix length that leaves no bits of the address over`,
      },
    ];
  },
};

/** Returns the entries of mynetworks and of the files that it lists; an empty list if the parameter is not set. */
function entriesOf(service: SmtpdService): string[] {
  const { settings } = service;
  if (settings.source('mynetworks') === 'default') return [];
  return settings.list('mynetworks').flatMap((entry) => (entry.startsWith('/') ? listedIn(service, entry) : [entry]));
}

/** Checks whether mynetworks lists no files. The entries in a file cannot be changed by a new value of the parameter. */
function isInline({ settings }: SmtpdService): boolean {
  return settings.list('mynetworks').every((entry) => !entry.startsWith('/'));
}

function isBridge(network: Network): boolean {
  return bridges.some(([bridge, gateway]) => contains(bridge, network) && contains(network, gateway));
}

/** Checks whether a network has more than one address and is inside one of the {@link containerNetworks}. */
function isContainerNetwork(network: Network): boolean {
  return network.prefix < network.bits && containerNetworks.some((outer) => contains(outer, network));
}

function tooWide(service: SmtpdService, wide: readonly string[], entries: readonly string[]): Draft {
  const rest = entries.filter((text) => !wide.includes(text)).join(' ') || '127.0.0.0/8 [::1]/128';
  return {
    severity: 'error',
    parameter: 'mynetworks',
    message: `${wide.join(', ')} lets strangers send mail to any destination through this server, an open relay`,
    ...(isInline(service) && { changes: [service.set('mynetworks', rest)] }),
    advice: `remove ${wide.join(', ')} from mynetworks`,
  };
}

/**
 * Returns the entries of a file whose path is an entry of mynetworks (postconf(5), mynetworks: "/file/name"). If the file cannot be read,
 * returns the path.
 */
function listedIn(service: SmtpdService, path: string): string[] {
  const file = service.file(path);
  if (file === undefined) return [path];
  const lines = toLatin1(file.bytes).split('\n');
  return splitList(lines.filter((line) => !line.trimStart().startsWith('#')).join(' '));
}

function wideStyle(service: SmtpdService): Draft[] {
  const { settings } = service;
  const style = settings.value('mynetworks_style').toLowerCase();
  if (style !== 'class' && style !== 'subnet') return [];
  const addresses =
    settings.raw('mynetworks') === undefined ? settings.list('inet_interfaces') : settings.list('mynetworks');
  const isPublic = addresses.map(parseNetwork).some((network) => network !== undefined && !isPrivate(network));
  const isChosen = settings.source('mynetworks_style') !== 'default';
  // Reports nothing if no public address is known and mynetworks_style has its default. This is the usual case, because inet_interfaces
  // seldom contains addresses.
  if (!isPublic && !isChosen) return [];
  return [
    {
      severity: isPublic && isChosen ? 'error' : 'warning',
      parameter: 'mynetworks_style',
      message: `every host of the ${style === 'class' ? 'class A, B or C network' : 'subnet'} of each address of this server may relay; around a public address these are strangers`,
      changes: [service.set('mynetworks_style', 'host')],
      advice: 'set mynetworks_style = host, or list the networks in mynetworks',
    },
  ];
}

export const networkRules: readonly Rule[] = [wideNetworks, unreadableNetworks];
