import { shellWord } from '../../bytes/shell-word.js';
import { wipe } from '../../bytes/wipe.js';
import { anchorsFor } from '../../convert/trust-anchors.js';
import { detectStoreType } from '../../keystore/detect/detect.js';
import { loadKeyStore } from '../../keystore/load.js';
import type { KeyStore } from '../../keystore/types.js';
import { type ExaminedGroup, examinePem, type PemExamination } from '../../pem/examine-pem.js';
import { type PemFinding, pemFindingCodes } from '../../pem/finding.js';
import type { TlsaRecord } from '../../x509/tlsa.js';
import { isAllowed, requireKnownCodes } from '../allowed-codes.js';
import { ExitCode, UsageError } from '../command-errors.js';
import type { Host } from '../host.js';
import { clientRoots, readCertificateFiles, readKeystoreFile, readTlsaRecords } from '../input-files.js';
import { toJson } from '../json.js';
import { stateOf, writeNagios } from '../nagios.js';
import { type PasswordOptions, Passwords, passwordFileWarning } from '../password/passwords.js';
import { Report, writeLines } from '../report.js';
import { type CheckOptions, type LimitOptions, readDays } from '../shared-options.js';
import { tlsaMismatch } from '../tlsa/published-records.js';
import { compareWithKeystore } from './compare-with-keystore.js';
import { readInstalledPem } from './installed-pem.js';
import { daysLeftOf, describeVerification, type PemVerification, verificationJson } from './verification-report.js';

/** The options of `verify`, as commander parses them. */
export interface VerifyOptions extends PasswordOptions, LimitOptions, CheckOptions {
  readonly key?: string;
  readonly keystore?: string;
  readonly hostname?: readonly string[];
  readonly tlsa?: readonly string[];
  readonly trust?: readonly string[];
  readonly json?: boolean;
  readonly nagios?: boolean;
}

/** Runs `verify`. @returns the exit code */
export async function verify(path: string, options: VerifyOptions, host: Host): Promise<number> {
  const result = await examine(path, options, host);
  if (options.nagios) return writeNagiosLine(result, options, host);
  if (options.json) host.writeOutput(Buffer.from(toJson(verificationJson(result))));
  else if (!options.quiet || result.findings.length > 0)
    writeLines(describeVerification(result, host.now(), readDays(options.days)), host);
  return result.ok ? ExitCode.done : ExitCode.wrong;
}

function writeNagiosLine(result: PemVerification, options: VerifyOptions, host: Host): number {
  const { path, findings, groups } = result;
  const days = daysLeftOf(groups);
  const worst = findings.find(({ severity }) => severity === 'error') ?? findings[0];
  const text = `${path}: ${worst?.message ?? `right, ${days ?? 0} days left`}`;
  return writeNagios(host, 'verify', stateOf(findings, options.strict), text, days);
}

async function examine(path: string, options: VerifyOptions, host: Host): Promise<PemVerification> {
  requireKnownCodes(options.allow, [...pemFindingCodes, passwordFileWarning]);
  const days = readDays(options.days);
  const report = new Report(host, options.quiet ?? false, options.allow);
  const passwords = new Passwords(options, host, report);
  const records = readTlsaRecords(options.tlsa ?? [], host);
  const installed = readInstalledPem(path, options.key, host);
  let examination: PemExamination | undefined;
  try {
    refuseKeystore(path, installed.text, options, host);
    const store = options.keystore === undefined ? undefined : await load(options.keystore, options, passwords, host);
    const keyPass = passwords.given('keypass');
    const trust = options.trust && (await readCertificateFiles(options.trust, host));
    examination = examinePem(installed.text, {
      now: host.now(),
      ...(store ? await anchorsFor(store, trust) : { trustAnchors: trust ?? (await clientRoots(undefined, host)) }),
      ...(options.limit && { limits: options.limit }),
      requireAnchor: trust !== undefined,
      ...(days !== undefined && { days }),
      ...(options.hostname && { hostNames: options.hostname }),
      // The password for an encrypted key in the PEM file is taken only from --keypass: JKS2PEM_KEYPASS is for keys in keystores.
      ...(keyPass !== undefined && options.keypass !== undefined && { keyPass }),
    });
    const name = options.keystore ?? '';
    const comparison =
      store && (await compareWithKeystore(examination.groups, { store, name, path, now: host.now() }, passwords));
    const all = [...installed.findings, ...examination.findings, ...(comparison?.findings ?? [])];
    if (records.length > 0) all.push(...examination.groups.flatMap((group) => compareWithTlsa(group, records)));
    const findings = all.filter(({ code, severity }) => severity === 'error' || !isAllowed(code, options.allow));
    const bad = findings.some(({ severity }) => severity === 'error' || (options.strict && severity === 'warning'));
    const keystore = comparison && { ...comparison, path: name };
    return { ...examination, path, installed, ...(keystore && { keystore }), findings, ok: !bad };
  } finally {
    for (const { key } of examination?.groups ?? []) if (key) wipe(key.pkcs8);
    installed.text.fill(0);
  }
}

/**
 * Refuses a keystore in place of a PEM file.
 * @throws {UsageError} with a hint: the command that the user probably meant
 */
function refuseKeystore(path: string, bytes: Uint8Array, { keystore }: VerifyOptions, host: Host): void {
  const type = detectStoreType(bytes);
  if (type === undefined) return;
  const isSwapped = keystore !== undefined && detectStoreType(host.readFile(keystore)) === undefined;
  throw new UsageError(
    `${path} is a keystore (${type}), not a PEM file`,
    isSwapped
      ? `the two files are swapped: jks2pem verify ${shellWord(keystore)} --keystore ${shellWord(path)}`
      : `jks2pem list ${shellWord(path)} shows what is inside; verify PEM --keystore ${shellWord(path)} compares it`,
  );
}

function compareWithTlsa({ certificates }: ExaminedGroup, records: readonly TlsaRecord[]): PemFinding[] {
  const message = tlsaMismatch(certificates, records);
  return message === undefined ? [] : [{ code: 'TLSA_MISMATCH', severity: 'warning', message }];
}

async function load(path: string, { limit }: LimitOptions, passwords: Passwords, host: Host): Promise<KeyStore> {
  const bytes = await readKeystoreFile(path, host, limit);
  return passwords.openStore(path, (storePass) => loadKeyStore(bytes, { storePass, ...(limit && { limits: limit }) }));
}
