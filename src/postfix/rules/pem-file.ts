import type { SmtpdService } from '../configuration/smtpd-service.js';
import type { Finding, Fix } from '../finding.js';
import { meantPaths } from '../pem/certificate-source.js';
import { type BundleFile, type ServedChain, servedChains } from '../pem/served-chain.js';
import type { ServiceRule } from './rule.js';

/** Bits of a mode by which others than the owner can read, or change, a file. */
const readableByOthers = 0o044;
const writableByOthers = 0o022;

/** The line that makes a bundle anew. */
export function rebuild({ site }: SmtpdService, path: string): Fix {
  return {
    fix: `jks2pem ${quote(site.options.keystore ?? 'KEYSTORE')} -o ${quote(path)} && ${site.shell('postfix reload').fix}`,
    place: 'shell',
  };
}

/** A word of a shell command. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

type FileRule = (service: SmtpdService, file: BundleFile, chain: ServedChain) => Finding[];

/** P01: no such file, or not where Postfix looks for it. */
const missing: FileRule = (service, { path, parameter, file }, { source }) => {
  const relative = !path.startsWith('/');
  if (file !== undefined && !relative) return [];
  // What T07 says about the list mends this too.
  const meant = source.style === 'chain' ? meantPaths(service) : undefined;
  if (relative) {
    const wanted = `${service.settings.value('config_directory')}/${path}`;
    const values =
      source.style === 'chain' ? source.paths.map((other) => (other === path ? wanted : other)).join(', ') : wanted;
    const where = service.settings.value('queue_directory');
    const message = `"${path}" is looked for under ${where}, smtpd's directory, ${file ? 'where it is by chance' : 'and is not there: handshakes fail'}`;
    return [
      service.found(
        'P01',
        file ? 'warning' : 'error',
        parameter,
        message,
        service.set(parameter, meant?.value ?? values),
      ),
    ];
  }
  const effect =
    source.style === 'chain'
      ? 'STARTTLS is answered with 220, and then every handshake fails with "no shared cipher"'
      : 'STARTTLS is answered with 454, TLS not available';
  return [
    service.found(
      'P01',
      'error',
      parameter,
      `${path} is not there, or cannot be read: ${effect}`,
      meant ? service.set(parameter, meant.value) : rebuild(service, path),
    ),
  ];
};

/** P02: the key is not root's alone. */
const exposed: FileRule = (service, { path, parameter, file, objects }) => {
  if (file === undefined) return [];
  const holdsKey = objects.some(({ kind }) => kind === 'key');
  const owner = file.owner.split(':')[0];
  const wrong = [
    ...(holdsKey && file.mode & readableByOthers ? ['others than its owner can read the private key'] : []),
    ...(file.mode & writableByOthers ? ['others than its owner can change it'] : []),
    ...(owner === 'root' ? [] : [`it belongs to ${owner}, not to root`]),
  ];
  if (wrong.length === 0) return [];
  const message = `${path} (mode ${(file.mode & 0o7777).toString(8).padStart(4, '0')}, ${file.owner}): ${wrong.join('; ')}. Postfix says nothing about it and reads it as root`;
  const mode = holdsKey ? '600' : '644';
  return [
    service.found('P02', 'warning', parameter, message, {
      fix: `chown root:root ${quote(path)} && chmod ${mode} ${quote(path)}`,
      place: 'shell',
    }),
  ];
};

/** P03: the file is not PEM, or damaged. */
const damaged: FileRule = (service, { path, parameter, scan }) => {
  if (scan?.fault === undefined) return [];
  const message = `${path} cannot be read as PEM: ${scan.fault}. STARTTLS is answered with 454, TLS not available`;
  return [service.found('P03', 'error', parameter, message, rebuild(service, path))];
};

/** P15: blocks that Postfix passes over. */
const ignored: FileRule = (service, { path, parameter, objects }) => {
  const passedOver = objects.flatMap((object) => (object.kind === 'ignored' ? [object] : []));
  if (passedOver.length === 0) return [];
  const lost = passedOver.some(({ wasCertificate }) => wasCertificate)
    ? ', and the certificates in them are not sent'
    : '';
  const labels = [...new Set(passedOver.map(({ label }) => label))].join(', ');
  const message = `${path} has blocks that Postfix passes over (${labels})${lost}`;
  return [service.found('P15', 'info', parameter, message, rebuild(service, path))];
};

/** P16: the file is newer than the processes that serve it. */
const notReloaded: FileRule = (service, { path, parameter, file }) => {
  const { started } = service.site.installation;
  if (file?.modified === undefined || started === undefined || file.modified <= started) return [];
  const message = `${path} has changed since Postfix was started or reloaded: running smtpd processes go on with the old certificate, new ones take the new`;
  return [service.found('P16', 'info', parameter, message, service.site.shell('postfix reload'))];
};

const rules: readonly FileRule[] = [missing, exposed, damaged, ignored, notReloaded];

/** Rules about each file by itself. */
export const pemFileRules: readonly ServiceRule[] = rules.map(
  (rule) => (service) =>
    servedChains(service).flatMap((chain) => chain.files.flatMap((file) => rule(service, file, chain))),
);
