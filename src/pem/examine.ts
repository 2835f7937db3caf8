import { fitsCertificate } from '../crypto/key/key-pair.js';
import type { Limits } from '../limits.js';
import type { Warning } from '../warnings.js';
import type { Certificate } from '../x509/certificate.js';
import { countDays, daysLeft, expiresSoon, isoDay } from '../x509/expiry.js';
import { matchesHostName } from '../x509/host-name.js';
import { examinePath } from '../x509/path/build-certification-path.js';
import type { PemFinding, PemFindingCode } from './finding.js';
import { type KeyGroup, readKeyGroups } from './key-groups.js';

export interface PemExaminationOptions {
  readonly now: Date;
  /** Roots that clients know. */
  readonly trustAnchors?: Iterable<Certificate>;
  /** Roots that only the owner vouches for. */
  readonly storeAnchors?: Iterable<Certificate>;
  /** Whether a line that reaches none of the roots is an error, because they were named. */
  readonly requireAnchor?: boolean;
  /** Warn when fewer days are left, instead of the rule of `expiresSoon`. */
  readonly days?: number;
  /** Names that clients use for the server. */
  readonly hostNames?: readonly string[];
  readonly keyPass?: string;
  /** For the search of the line. */
  readonly limits?: Partial<Limits>;
}

/** A key and what a server would send with it. */
export interface ExaminedGroup extends KeyGroup {
  readonly anchor?: Certificate;
  /** Whole days until the first of its certificates expires; negative after that. */
  readonly daysLeft?: number;
}

export interface PemExamination {
  readonly groups: readonly ExaminedGroup[];
  /** In the order in which they were found. */
  readonly findings: readonly PemFinding[];
}

/** Looks at a PEM file as a server will that loads it, and as clients will that it is presented to. */
export function examinePem(text: Uint8Array, options: PemExaminationOptions): PemExamination {
  const { groups, findings } = readKeyGroups(text, options.keyPass);
  const examined = groups.map((group) => examineGroup(group, options, findings));
  const algorithms = groups.flatMap(({ key }) => (key ? [key.algorithm] : []));
  const repeated = algorithms.find((algorithm, i) => algorithms.indexOf(algorithm) !== i);
  if (repeated !== undefined)
    add(findings, 'KEY_REPEATED', `there are several ${repeated} keys, of which a server can use one`);
  return { groups: examined, findings };
}

function examineGroup(group: KeyGroup, options: PemExaminationOptions, findings: PemFinding[]): ExaminedGroup {
  const [leaf] = group.certificates;
  if (!group.hasKey) add(findings, 'KEY_MISSING', 'there is no private key');
  if (leaf === undefined) {
    add(findings, 'CERTIFICATE_MISSING', 'there is no certificate for the private key');
    return group;
  }
  if (!group.keyFirst && group.hasKey)
    add(findings, 'ORDER', 'the private key stands behind its certificate; smtpd_tls_chain_files wants it before');
  examineKey(group, leaf, findings);
  for (const name of options.hostNames ?? []) {
    if (!matchesHostName(leaf, name)) add(findings, 'HOST_NAME', `"${leaf.subject}" is not for ${name}`);
  }
  const anchor = examineLine(group, leaf, options, findings);
  const { now, days } = options;
  for (const certificate of group.certificates.filter((each) => expiresSoon(each, now, days))) {
    const end = `expires in ${countDays(daysLeft(certificate, now))}, on ${isoDay(certificate.notAfter)}`;
    add(findings, 'EXPIRES_SOON', `"${certificate.subject}" ${end}`, 'warning');
  }
  const left = group.certificates.reduce((least, each) => Math.min(least, daysLeft(each, now)), Infinity);
  return { ...group, ...(anchor && { anchor }), daysLeft: left };
}

function examineKey({ key, certificates }: KeyGroup, leaf: Certificate, findings: PemFinding[]): void {
  if (key === undefined) return;
  const fits = fitsCertificate(key, leaf.der);
  if (fits === undefined) {
    const message = `whether the ${key.algorithm} key fits its certificate cannot be checked on this Node`;
    add(findings, 'KEY_NOT_COMPARABLE', message, 'warning');
  }
  if (fits !== false) return;
  const place = certificates.findIndex(({ der }) => fitsCertificate(key, der));
  if (place < 0) add(findings, 'KEY_MISMATCH', `the private key does not belong to "${leaf.subject}"`);
  else add(findings, 'ORDER', `the certificate of the private key is number ${place + 1}, and has to be the first`);
}

/** Holds the certificates against each other in the order in which they stand. */
function examineLine(
  { certificates }: KeyGroup,
  leaf: Certificate,
  { now, trustAnchors, storeAnchors, requireAnchor, limits }: PemExaminationOptions,
  findings: PemFinding[],
): Certificate | undefined {
  const line = examinePath(leaf, {
    now,
    candidates: certificates,
    stored: certificates,
    preference: 'stored',
    ...(trustAnchors && { trustAnchors }),
    ...(storeAnchors && { storeAnchors }),
    ...(limits && { limits }),
  });
  for (const problem of line.problems) findings.push(toFinding(problem, requireAnchor === true));
  const broken = line.problems.some(({ code }) => code === 'WARN_CHAIN_INCOMPLETE');
  // A root at the end is no fault: DANE may want it.
  const used = line.certificates.length + (certificates[line.certificates.length]?.isSelfIssued ? 1 : 0);
  const excess = certificates.length - used;
  if (!broken && excess > 0)
    add(
      findings,
      'CHAIN_EXCESS',
      `${excess === 1 ? 'the last certificate is' : `the last ${excess} certificates are`} not part of the chain`,
    );
  return line.anchor;
}

/** What a conversion would warn of; for a file that is in use, most of it is an error. */
function toFinding({ code, message }: Warning, requireAnchor: boolean): PemFinding {
  const mild = ['WARN_KEY_WEAK', 'WARN_SIGNATURE_WEAK', ...(requireAnchor ? [] : ['WARN_ANCHOR_UNKNOWN'])];
  return {
    code: code.replace(/^WARN_/, '') as PemFindingCode,
    severity: mild.includes(code) ? 'warning' : 'error',
    message: message.replace('the stored chain', 'the line'),
  };
}

function add(
  findings: PemFinding[],
  code: PemFindingCode,
  message: string,
  severity: PemFinding['severity'] = 'error',
): void {
  findings.push({ code, severity, message });
}
