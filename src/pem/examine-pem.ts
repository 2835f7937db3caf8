import { bounded } from '../bytes/bounded-text.js';
import { fitsCertificate } from '../crypto/key/key-fits-certificate.js';
import type { Limits } from '../limits.js';
import type { Warning } from '../warnings.js';
import type { Certificate } from '../x509/certificate.js';
import { quotedCertificate } from '../x509/display-name.js';
import { withoutDuplicates } from '../x509/distinct-certificates.js';
import { countDays, daysLeft, expiresSoon, isoDay } from '../x509/expiry.js';
import { matchesHostName } from '../x509/matches-host-name.js';
import { examinePath } from '../x509/path/build-certification-path.js';
import { orderSentChain } from '../x509/path/sent-chain-order.js';
import type { PemFinding, PemFindingCode } from './finding.js';
import { type KeyGroup, readKeyGroups } from './key-groups.js';

interface PemExaminationOptions {
  readonly now: Date;
  /** Roots that clients trust. */
  readonly trustAnchors?: Iterable<Certificate>;
  /** Self-signed CA certificates of the keystore. They count as roots if a chain reaches none of `trustAnchors`. */
  readonly storeAnchors?: Iterable<Certificate>;
  /** Whether a chain that reaches no root, or is only a self-signed leaf, is an error instead of a warning. */
  readonly requireAnchor?: boolean;
  /** Warns of a certificate that expires in less than this number of days. Default: the rule of {@link expiresSoon}. */
  readonly days?: number;
  /** The names that clients use to connect to the server. */
  readonly hostNames?: readonly string[];
  readonly keyPass?: string;
  /** Limits of the path search. */
  readonly limits?: Partial<Limits>;
}

/** A key and the certificates that a server sends with it. */
export interface ExaminedGroup extends KeyGroup {
  readonly anchor?: Certificate;
  /** Number of whole days until the first of the certificates expires; negative if one has expired; unset if there is no certificate. */
  readonly daysLeft?: number;
}

export interface PemExamination {
  readonly groups: readonly ExaminedGroup[];
  readonly findings: readonly PemFinding[];
}

/** Checks a PEM file by the rules of the server that loads it, and of the clients that receive its certificates. */
export function examinePem(text: Uint8Array, options: PemExaminationOptions): PemExamination {
  const { groups, findings } = readKeyGroups(text, options.keyPass);
  const examined = groups.map((group) => examineGroup(group, options, findings));
  const algorithms = groups.flatMap(({ key }) => (key ? [key.algorithm] : []));
  const repeated = algorithms.find((algorithm, i) => algorithms.indexOf(algorithm) !== i);
  if (repeated !== undefined)
    add(findings, 'KEY_REPEATED', `there are several ${repeated} keys; a server can use only one of them`);
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
    add(findings, 'ORDER', 'the private key follows its certificate; smtpd_tls_chain_files needs it first');
  examineKey(group, leaf, findings);
  for (const name of options.hostNames ?? []) {
    if (!matchesHostName(leaf, name)) add(findings, 'HOST_NAME', `${quotedCertificate(leaf)} is not for ${name}`);
  }
  const anchor = examineChain(group, leaf, options, findings);
  const { now, days } = options;
  for (const certificate of group.certificates.filter((each) => expiresSoon(each, now, days))) {
    const end = `expires in ${countDays(daysLeft(certificate, now))}, on ${isoDay(certificate.notAfter)}`;
    add(findings, 'EXPIRES_SOON', `${quotedCertificate(certificate)} ${end}`, 'warning');
  }
  const left = group.certificates.reduce((least, each) => Math.min(least, daysLeft(each, now)), Infinity);
  return { ...group, ...(anchor && { anchor }), daysLeft: left };
}

function examineKey({ key, certificates }: KeyGroup, leaf: Certificate, findings: PemFinding[]): void {
  if (key === undefined) return;
  const fits = fitsCertificate(key, leaf.der);
  if (fits === undefined) {
    const message = `this Node cannot check whether the ${key.algorithm} key belongs to its certificate`;
    add(findings, 'KEY_NOT_COMPARABLE', message, 'warning');
  }
  if (fits !== false) return;
  const place = certificates.findIndex(({ der }) => fitsCertificate(key, der));
  if (place < 0) add(findings, 'KEY_MISMATCH', `the private key does not belong to ${quotedCertificate(leaf)}`);
  else add(findings, 'ORDER', `the certificate of the private key is number ${place + 1}, and must be the first`);
}

/**
 * Checks the certificates as a chain in the order of the file.
 * @returns the root that the chain reaches, if there is one
 */
function examineChain(
  { certificates }: KeyGroup,
  leaf: Certificate,
  { now, trustAnchors, storeAnchors, requireAnchor, limits }: PemExaminationOptions,
  findings: PemFinding[],
): Certificate | undefined {
  // A certificate that is sent twice is reported below. It does not break the chain.
  const distinct = withoutDuplicates(certificates);
  const path = examinePath(leaf, {
    now,
    candidates: distinct,
    stored: distinct,
    preference: 'stored',
    ...(trustAnchors && { trustAnchors }),
    ...(storeAnchors && { storeAnchors }),
    ...(limits && { limits }),
  });
  for (const problem of path.problems) findings.push(toFinding(problem, requireAnchor === true));
  const { misplaced } = orderSentChain(certificates);
  // A root at the end is harmless, and DANE may need it.
  const extra = misplaced.filter(({ reason }) => reason === 'duplicate' || reason === 'unrelated');
  const broken = path.problems.some(({ code }) => code === 'WARN_CHAIN_INCOMPLETE');
  if (!broken && extra.length > 0) {
    const names = extra.map(({ certificate }) => quotedCertificate(certificate));
    add(findings, 'CHAIN_EXCESS', `not part of the chain: ${bounded(names)}`);
  }
  return path.anchor;
}

/** Converts a warning of the path builder to a finding. Most of these warnings are errors for a file that is in use. */
function toFinding({ code, message }: Warning, requireAnchor: boolean): PemFinding {
  const mild = [
    ...['WARN_KEY_WEAK', 'WARN_SIGNATURE_WEAK', 'WARN_SIGNATURE_NOT_CHECKED'],
    ...(requireAnchor ? [] : ['WARN_ANCHOR_UNKNOWN', 'WARN_LEAF_SELF_SIGNED']),
  ];
  return {
    code: code.replace(/^WARN_/, '') as PemFindingCode,
    severity: mild.includes(code) ? 'warning' : 'error',
    message: message.replace('the stored chain', 'the chain'),
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
