import { octal, permissionBits } from '../../bytes/file-mode.js';
import { shellWord } from '../../bytes/shell-word.js';
import { type RightsProblem, rightsProblems } from '../../pem/file-rights.js';
import type { Change } from '../configuration/change.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import { compareSeverity } from '../finding.js';
import { type BundleFile, type ConfiguredChain, configuredChains, faultOf } from '../pem/configured-chain.js';
import { meantPaths } from '../pem/file-name-with-blank.js';
import { rebuildFile } from './rebuild-pem.js';
import type { Draft, Rule } from './rule.js';

type FileCheck = (service: SmtpdService, file: BundleFile, chain: ConfiguredChain) => readonly Draft[];

/** Creates a rule that examines each file separately. */
function fileRule(rule: Omit<Rule, 'service'>, check: FileCheck): Rule {
  return {
    ...rule,
    service: (service) =>
      configuredChains(service).flatMap((chain) => chain.files.flatMap((file) => check(service, file, chain))),
  };
}

const missing = fileRule(
  {
    id: 'P01',
    severity: 'error',
    what: 'A PEM file is missing, or its path is relative',
    why: 'Postfix looks for a relative path below the queue directory. Without the file STARTTLS is answered with 454; with smtpd_tls_chain_files it is answered with 220, and every handshake fails with "no shared cipher".',
    document: 'postconf(5), smtpd_tls_chain_files and smtpd_tls_cert_file',
  },
  (service, { path, parameter, file }, chain) => {
    const { source } = chain;
    const isRelative = !path.startsWith('/');
    if (file !== undefined && !isRelative) return [];
    const meant = source.style === 'chain' ? meantPaths(service) : undefined;
    if (isRelative) {
      const absolute = `${service.site.configDirectory}/${path}`;
      const value =
        source.style === 'chain' ? source.paths.map((each) => (each === path ? absolute : each)).join(', ') : absolute;
      const directory = service.settings.value('queue_directory');
      return [
        {
          severity: file ? 'warning' : 'error',
          parameter,
          message: `Postfix looks for "${path}" in ${directory}, the directory that smtpd runs in${file ? '' : '; it is not there, and handshakes fail'}`,
          ...(meant === undefined && { changes: [service.set(parameter, value)] }),
          advice: 'write the absolute path',
        },
      ];
    }
    const effect =
      source.style === 'chain'
        ? 'STARTTLS is answered with 220, and then every handshake fails with "no shared cipher"'
        : 'STARTTLS is answered with 454, TLS not available';
    const remedy =
      meant === undefined
        ? rebuildFile(service, chain, path)
        : { advice: `rename the file to ${meant.value} (see T07)` };
    return [{ severity: 'error', parameter, message: `${path} is missing: ${effect}`, ...remedy }];
  },
);

const exposed = fileRule(
  {
    id: 'P02',
    severity: 'error',
    what: 'Users other than root can read or change a PEM file',
    why: 'Any user who can read the private key can impersonate the server. Postfix reads the file as root and says nothing about its mode.',
    document: 'TLS_README, "Server-side certificate and private key configuration"',
  },
  (_service, { path, parameter, file, objects }) => {
    if (file === undefined) return [];
    const holdsKey = objects.some(({ kind }) => kind === 'key');
    const [owner = '', group] = file.owner.split(':');
    const problems: readonly RightsProblem[] = [
      ...rightsProblems({ mode: file.mode, owner, group, holdsKey }),
      ...(owner === 'root' ? [] : [{ severity: 'warning', what: `it belongs to ${owner}, not to root` } as const]),
    ];
    const [worst] = [...problems].sort(compareSeverity);
    if (worst === undefined) return [];
    const mode = holdsKey ? 0o600 : 0o644;
    const change: Change = {
      kind: 'command',
      line: `chown root:root ${shellWord(path)} && chmod ${mode.toString(8)} ${shellWord(path)}`,
      effect: { path, mode, owner: 'root:root' },
    };
    return [
      {
        severity: worst.severity,
        parameter,
        message: `${path} (mode ${octal(file.mode & permissionBits)}, ${file.owner}): ${problems.map(({ what }) => what).join('; ')}`,
        // `info` means that only a group can read the key. No change is proposed for it, because other servers often read the key as
        // members of that group.
        ...(worst.severity !== 'info' && { changes: [change] }),
        advice: 'check who is in that group',
      },
    ];
  },
);

const damaged = fileRule(
  {
    id: 'P03',
    severity: 'error',
    what: 'A PEM file cannot be read as PEM',
    why: 'STARTTLS is answered with 454, TLS not available. Usual reasons: a keystore or DER under the name of a PEM file, UTF-16, blanks before -----BEGIN, two boundaries on one line, a damaged certificate.',
    document: 'TLS_README, "Server-side certificate and private key configuration"',
  },
  (service, file, chain) => {
    const fault = faultOf(chain, file);
    if (fault === undefined) return [];
    const { path, parameter } = file;
    const message = `${path} cannot be read as PEM: ${fault}. STARTTLS is answered with 454, TLS not available`;
    return [{ severity: 'error', parameter, message, ...rebuildFile(service, chain, path) }];
  },
);

const ignored = fileRule(
  {
    id: 'P15',
    severity: 'info',
    what: 'A PEM file contains blocks that Postfix ignores',
    why: 'Postfix reads CERTIFICATE and PRIVATE KEY blocks. Certificates in a PKCS7 or TRUSTED CERTIFICATE block are not sent.',
    document: 'postconf(5), smtpd_tls_chain_files',
  },
  (service, { path, parameter, objects }, chain) => {
    const passedOver = objects.flatMap((object) => (object.kind === 'ignored' ? [object] : []));
    if (passedOver.length === 0) return [];
    const lost = passedOver.some(({ wasCertificate }) => wasCertificate)
      ? ', and the certificates in them are not sent'
      : '';
    const labels = [...new Set(passedOver.map(({ label }) => label))].join(', ');
    const message = `${path} contains blocks that Postfix ignores (${labels})${lost}`;
    return [{ severity: 'info', parameter, message, ...rebuildFile(service, chain, path) }];
  },
);

const notReloaded = fileRule(
  {
    id: 'P16',
    severity: 'info',
    what: 'A PEM file is newer than the running smtpd processes',
    why: 'Each smtpd reads the file once, when it starts. Until a reload, some connections get the old certificate and some the new one.',
    document: 'TLS_README, "Server-side certificate and private key configuration"',
  },
  (service, { path, parameter, file }) => {
    const { started } = service.site.installation;
    if (file?.modified === undefined || started === undefined || file.modified <= started) return [];
    const message = `${path} has changed since Postfix was started or reloaded: running smtpd processes still serve the old certificate`;
    return [
      {
        severity: 'info',
        parameter,
        message,
        changes: [{ kind: 'command', line: 'postfix reload' }],
        advice: 'run postfix reload',
      },
    ];
  },
);

export const pemFileRules: readonly Rule[] = [missing, exposed, damaged, ignored, notReloaded];
