import { octal, permissionBits } from '../../bytes/file-mode.js';
import { groupName, userName } from '../../deploy/owner.js';
import { Jks2PemError, ProbeError } from '../../errors.js';
import { readCertificateFile } from '../../pem/read-certificates.js';
import { compareServed } from '../../probe/compare-served.js';
import { formatServerAddress } from '../../probe/server-address.js';
import type { Certificate } from '../../x509/certificate.js';
import { daysLeft, isoDay } from '../../x509/expiry.js';
import { InputError } from '../command-errors.js';
import { existingLeaves } from '../convert/existing-leaves.js';
import type { Host } from '../host.js';
import type { ConvertedOutput } from '../renew/convert-outputs.js';
import { directoryOf } from '../renew/hook-groups.js';
import type { RenewalRecord } from '../renew/renewal-record.js';
import { examineFiles, type InstalledFile } from './examine-output-files.js';
import type { OutputStatus, StatusFinding } from './status-result.js';

/** Values with which all outputs of a keystore are examined. */
interface ExaminationContext {
  /** The command that brings the output up to date, for hints. */
  readonly renewal: string;
  readonly host: Host;
  readonly record: RenewalRecord | undefined;
  /** Whether servers are contacted. */
  readonly probes: boolean;
  /** Timeout of each connection in seconds. */
  readonly timeout: number;
}

/** Number of digits of a fingerprint in a message. They are enough to distinguish two certificates. */
const shownDigits = 16;

/** Compares an output with its keystore and its configuration; with `--probe`, also with its server. */
export async function examineOutput(each: ConvertedOutput, context: ExaminationContext): Promise<OutputStatus> {
  const { output, units, converted } = each;
  const { host, record, renewal } = context;
  const files = await examineFiles(units, renewal, host);
  const findings = files.flatMap((file) => [...file.findings]);
  const readable = files.filter(({ isSame }) => isSame !== undefined);
  const leaves = existingLeaves(
    readable.map(({ path }) => ({ path, changed: false })),
    host,
  );
  const state = stateOf(files, leaves, converted.leaves);
  const problem = describe(state, { files, leaves, wanted: converted.leaves, path: output.path }, renewal);
  if (problem) findings.unshift(problem);
  const hook = record?.hooks.find(
    ({ command, directory }) =>
      command === output.options.deployHook && units.some((unit) => directoryOf(unit) === directory),
  );
  if (hook && !hook.ok) findings.push(hookFailed(hook));
  const served = context.probes ? await examineServer(each, files, context.timeout, host, findings) : undefined;
  const main = (files.find(({ wanted }) => wanted.holdsKey) ?? files[0])?.status;
  // CA files, and files with only a key, contain no certificate that a server presents, so no number of days is shown for them.
  const ends =
    converted.leaves.length === 0 ? [] : leaves.length > 0 ? leaves : state === 'current' ? converted.leaves : [];
  return {
    path: output.path,
    state,
    daysLeft: soonest(ends, host.now()),
    mode: main && octal(main.mode & permissionBits),
    owner: main && `${userName(main.uid)}:${groupName(main.gid)}`,
    lastChange: record?.changed[output.path] ?? main?.mtime,
    hook,
    served,
    findings,
  };
}

/** Returns the number of days until the earliest expiry of the certificates; undefined without certificates. */
export function soonest(certificates: readonly Certificate[], now: Date): number | undefined {
  return certificates.length === 0 ? undefined : Math.min(...certificates.map((each) => daysLeft(each, now)));
}

function stateOf(
  files: readonly InstalledFile[],
  found: readonly Certificate[],
  wanted: readonly Certificate[],
): OutputStatus['state'] {
  if (files.every(({ isSame }) => isSame)) return 'current';
  if (files.some(({ isMissing }) => isMissing)) return 'missing';
  if (files.some(({ isSame }) => isSame === undefined)) return 'unknown';
  const ends = (certificates: readonly Certificate[]) =>
    Math.min(...certificates.map(({ notAfter }) => notAfter.getTime()));
  const isOlder = found.length > 0 && wanted.length > 0 && ends(found) < ends(wanted);
  return isOlder ? 'older' : 'different';
}

function describe(state: OutputStatus['state'], output: ComparedOutput, hint: string): StatusFinding | undefined {
  const { path, files } = output;
  switch (state) {
    case 'missing': {
      const missing = files.filter(({ isMissing }) => isMissing).map((file) => file.path);
      // If all files of the output are missing, the path of the output is enough.
      const names = missing.length === files.length ? path : missing.join(', ');
      return { code: 'OUTPUT_MISSING', severity: 'error', message: `${names}: no such file`, hint };
    }
    case 'older':
      return { code: 'OUTPUT_OLDER', severity: 'error', message: `${path}: ${difference(output)}`, hint };
    case 'different':
      return { code: 'OUTPUT_DIFFERS', severity: 'error', message: `${path}: ${difference(output)}`, hint };
    default:
      return undefined;
  }
}

/** An output, and the leaves to compare. */
interface ComparedOutput {
  readonly path: string;
  readonly files: readonly InstalledFile[];
  /** The leaves in the files. */
  readonly leaves: readonly Certificate[];
  /** The leaves that `renew` would write. */
  readonly wanted: readonly Certificate[];
}

function difference({ leaves, wanted }: ComparedOutput): string {
  if (leaves.length === 0 || wanted.length === 0) return 'is not what the keystore gives';
  const hashes = wanted.map(({ sha256 }) => sha256);
  if (leaves.every(({ sha256 }) => hashes.includes(sha256)))
    return 'has the certificate of the keystore, but another key, chain or form';
  const ends = (certificates: readonly Certificate[]) =>
    certificates.map(({ notAfter }) => isoDay(notAfter)).join(', ');
  const hashOf = ([first]: readonly Certificate[]) => ` (SHA-256 ${first?.sha256.slice(0, shownDigits)}…)`;
  // If the leaves expire on the same days, the fingerprints of the first ones distinguish them.
  const [own, other] = ends(leaves) === ends(wanted) ? [hashOf(leaves), hashOf(wanted)] : ['', ''];
  return `has a certificate until ${ends(leaves)}${own}; the keystore has one until ${ends(wanted)}${other}`;
}

function hookFailed({ command, message = 'deploy hook failed', time }: RenewalRecord['hooks'][number]): StatusFinding {
  return {
    code: 'HOOK_FAILED',
    severity: 'error',
    message: `${command}: ${message} (${minute(time)})`,
    hint: 'run the hook by hand to see what is missing; the next renewal tries again',
  };
}

/** Formats a time in UTC: `2026-11-26 03:12`. */
function minute(time: Date): string {
  return time.toISOString().slice(0, 16).replace('T', ' ');
}

/**
 * Checks whether the server presents the certificates of the output's file; if they cannot be read, whether it presents the leaves of the
 * keystore. An outdated file is a separate finding.
 * @returns undefined if the configuration names no server
 */
async function examineServer(
  { output, converted }: ConvertedOutput,
  files: readonly InstalledFile[],
  timeout: number,
  host: Host,
  findings: StatusFinding[],
): Promise<boolean | undefined> {
  if (output.probe === undefined) return undefined;
  const expected = (await certificatesIn(files, host)) ?? converted.leaves;
  try {
    const differences = await compareServed(output.probe, expected, timeout);
    for (const difference of differences)
      findings.push({
        code: 'SERVER_DIFFERS',
        severity: 'error',
        message: `${formatServerAddress(output.probe)}: ${difference}`,
        hint: output.options.deployHook
          ? `reload it: ${output.options.deployHook}`
          : 'reload it, and configure a deploy-hook',
      });
    return differences.length === 0;
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    findings.push({ code: 'SERVER_UNREACHABLE', severity: 'error', message: error.message });
    return false;
  }
}

/**
 * Reads the certificates that a server reads: those of `fullchain.pem`, or else of the first file.
 * @returns undefined if they cannot be read
 */
async function certificatesIn(files: readonly InstalledFile[], host: Host): Promise<Certificate[] | undefined> {
  // An output has at least one file.
  const { path, isSame } = (files.find((file) => file.path.endsWith('/fullchain.pem')) ?? files[0]) as InstalledFile;
  if (isSame === undefined) return undefined;
  try {
    return await readCertificateFile(host.readFile(path), path);
  } catch (error) {
    // The file was already reported as missing, unreadable or different.
    if (error instanceof InputError || error instanceof Jks2PemError) return undefined;
    throw error;
  }
}
