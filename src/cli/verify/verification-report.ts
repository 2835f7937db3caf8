import { octal } from '../../bytes/file-mode.js';
import { isWindows } from '../../deploy/windows.js';
import type { ExaminedGroup, PemExamination } from '../../pem/examine-pem.js';
import type { PemFinding } from '../../pem/finding.js';
import { certificateName } from '../../x509/display-name.js';
import { countDays } from '../../x509/expiry.js';
import { certificateJson } from '../certificate-json.js';
import { hostNameList, timeLeft, validityPeriod } from '../certificate-text.js';
import { severityText } from '../probe/probe-report.js';
import { asDim, asError, asGood, asName, joined, type Text } from '../terminal/text.js';
import type { KeystoreComparison } from './compare-with-keystore.js';
import type { InstalledPem } from './installed-pem.js';

/** The result of `verify` for a PEM file. */
export interface PemVerification extends PemExamination {
  readonly path: string;
  readonly installed: InstalledPem;
  readonly keystore?: KeystoreComparison & { readonly path: string };
  readonly findings: readonly PemFinding[];
  /** Whether there is no error, and with `--strict` no warning. */
  readonly ok: boolean;
}

/** Returns the JSON of `verify`. `daysLeft` is the number of days until the earliest expiry. */
export function verificationJson({ ok, path, installed, groups, findings, keystore }: PemVerification) {
  return {
    ok,
    path,
    file: { path: installed.keyFile, mode: octal(installed.mode), owner: installed.owner, group: installed.group },
    daysLeft: daysLeftOf(groups) ?? null,
    groups: groups.map(({ key, hasKey, encrypted, certificates, anchor, daysLeft }) => ({
      key: hasKey ? { algorithm: key?.algorithm ?? null, encrypted } : null,
      chain: certificates.map(certificateJson),
      anchor: anchor ? certificateJson(anchor) : null,
      daysLeft: daysLeft ?? null,
    })),
    keystore: keystore ? { path: keystore.path, aliases: keystore.aliases, same: keystore.same } : null,
    findings,
  };
}

/**
 * Returns the lines of `verify`: the verdict, the content of the file, and its problems.
 * @param notice certificates with fewer days left are highlighted; default: those for which `expiresSoon` is true
 */
export function describeVerification(result: PemVerification, now: Date, notice?: number): Text[] {
  const { ok, path, installed, groups, keystore, findings } = result;
  const days = daysLeftOf(groups);
  const left = days === undefined ? '' : days < 0 ? ', expired' : `, ${countDays(days)} left`;
  return [
    [asName(path), ': ', ok ? asGood('right') : asError('wrong'), left],
    ...(isWindows ? [] : [`  mode ${octal(installed.mode)}, owner ${installed.owner}:${installed.group}`]),
    ...groups.flatMap((group) => describeGroup(group, now, notice)),
    ...(keystore?.same ? [['  same as "', joined(keystore.aliases.map(asName), '", "'), `" of ${keystore.path}`]] : []),
    ...findings.map(
      ({ severity, message, code }): Text => ['  ', severityText(severity), ` ${message} `, asDim(`[${code}]`)],
    ),
    ...hints.filter(([wanted]) => findings.some(({ code }) => code === wanted)).map(([, hint]) => `  hint: ${hint}`),
  ];
}

/** Advice that is printed below the findings, by the code that it is for. */
const hints: readonly (readonly [PemFinding['code'], string])[] = [
  [
    'ANCHOR_UNKNOWN',
    '--trust FILE names the root that clients know; --allow ANCHOR_UNKNOWN accepts the chain without it',
  ],
  [
    'KEY_MISSING',
    '--key FILE names the file with the key; verify checks files of servers, not files of CA certificates',
  ],
];

function describeGroup(
  { key, hasKey, encrypted, certificates, anchor }: ExaminedGroup,
  now: Date,
  notice?: number,
): Text[] {
  const kind = key ? `${key.algorithm} key` : 'key';
  const lines: Text[] = [hasKey ? `  ${kind}${encrypted ? ', encrypted' : ''}` : '  no key'];
  certificates.forEach((certificate, i) => {
    lines.push(`  ${certificateName(certificate)}`);
    const names = i === 0 ? hostNameList(certificate) : undefined;
    if (names !== undefined) lines.push(['    names: ', asName(names)]);
    lines.push([`    ${validityPeriod(certificate)} (`, timeLeft(certificate, now, notice), ')']);
  });
  if (anchor) lines.push(`  up to the root ${certificateName(anchor)}`);
  return lines;
}

/** Returns the number of days until the earliest expiry; undefined without certificates. */
export function daysLeftOf(groups: readonly ExaminedGroup[]): number | undefined {
  const all = groups.flatMap(({ daysLeft }) => (daysLeft === undefined ? [] : [daysLeft]));
  return all.length === 0 ? undefined : Math.min(...all);
}
