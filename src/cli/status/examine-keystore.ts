import { join } from 'node:path';
import { shellWord } from '../../bytes/shell-word.js';
import { pendingJournal, recordName } from '../../deploy/journal/state-directory.js';
import type { Warning } from '../../warnings.js';
import { hostNamesOf } from '../../x509/display-name.js';
import { isAllowed } from '../allowed-codes.js';
import type { ConfiguredKeystore } from '../configuration/configuration.js';
import { optionToKeyNames } from '../configuration/option-to-key-names.js';
import { usualConfiguration } from '../configuration/read-configuration.js';
import { warningHints } from '../hints.js';
import type { Host } from '../host.js';
import { Passwords } from '../password/passwords.js';
import { type ConvertedOutput, convertOutputs, warningsOf, wipeOutputs } from '../renew/convert-outputs.js';
import { keystoreStateDirectory } from '../renew/keystore-state-directory.js';
import { type RenewalRecord, readRecord } from '../renew/renewal-record.js';
import { failureOf } from '../renew/renewal-result.js';
import { Report, warningText } from '../report.js';
import { examineOutput, soonest } from './examine-output.js';
import type { StatusOptions } from './options.js';
import type { KeystoreStatus, StatusFinding } from './status-result.js';

/** Timeout in seconds for each connection of `--probe`. It must be long enough for postscreen(8), which greets after six seconds. */
const probeSeconds = 15;

/** Examines one keystore of the configuration and its outputs. If the keystore cannot be converted, the error becomes a finding. */
export async function examineKeystore(
  keystore: ConfiguredKeystore,
  configuration: string,
  options: StatusOptions,
  host: Host,
): Promise<KeystoreStatus> {
  const { name } = keystore;
  const report = new Report(host, true, keystore.options.allow);
  const { storepass } = keystore.options;
  const passwords = new Passwords(storepass === undefined ? {} : { storepass }, host, report);
  let outputs: readonly ConvertedOutput[];
  try {
    outputs = await convertOutputs(keystore, passwords, host, false);
  } catch (error) {
    return unusable(keystore, error);
  }
  try {
    const findings = keystoreFindings(keystore, outputs, host);
    const renewal = renewalCommand(name, configuration);
    const record = recordOf(keystoreStateDirectory(configuration, name, host)?.path, renewal, host, findings);
    const context = { renewal, host, record, probes: options.probe ?? false, timeout: probeSeconds };
    const examined: KeystoreStatus['outputs'][number][] = [];
    for (const output of outputs) examined.push(await examineOutput(output, context));
    const leaves = outputs.flatMap(({ converted }) => converted.leaves);
    // Errors cannot be allowed, because they mean that something does not work.
    const isShown = ({ code, severity }: StatusFinding) => severity === 'error' || !isAllowed(code, options.allow);
    return {
      name,
      keystore: keystore.keystore,
      hostNames: [...new Set(leaves.flatMap(hostNamesOf))],
      daysLeft: soonest(leaves, host.now()),
      outputs: examined,
      findings: findings.filter(isShown),
    };
  } finally {
    wipeOutputs(outputs);
  }
}

/** Returns the command that renews a keystore. */
function renewalCommand(name: string, configuration: string): string {
  const where = configuration === usualConfiguration ? '' : ` --config ${shellWord(configuration)}`;
  return `jks2pem renew ${name}${where}`;
}

/** Returns the status of a keystore that cannot be converted. The state of its outputs is unknown. */
function unusable({ name, keystore, outputs }: ConfiguredKeystore, error: unknown): KeystoreStatus {
  const { hint, message: reason } = failureOf(error).failure;
  const message = reason.startsWith(keystore) ? reason : `${keystore}: ${reason}`;
  return {
    name,
    keystore,
    hostNames: [],
    daysLeft: undefined,
    outputs: outputs.map(({ path }) => ({
      path,
      state: 'unknown',
      daysLeft: undefined,
      mode: undefined,
      owner: undefined,
      lastChange: undefined,
      hook: undefined,
      served: undefined,
      findings: [],
    })),
    findings: [{ code: 'KEYSTORE_UNUSABLE', severity: 'error', message, ...(hint !== undefined && { hint }) }],
  };
}

function keystoreFindings(
  { name, keystore, options: { strict, allow } }: ConfiguredKeystore,
  outputs: readonly ConvertedOutput[],
  host: Host,
): StatusFinding[] {
  const warnings = warningsOf(outputs, host).filter(({ code }) => !isAllowed(code, allow));
  const ends = warnings.flatMap((warning) => expiryFinding(warning) ?? []);
  const [first] = warnings;
  if (!strict || first === undefined) return ends;
  const message = `${keystore}: strict refuses it: ${warningText(first)}`;
  const advice = warningHints[first.code];
  const hint = advice === undefined ? `jks2pem renew ${name} --dry-run shows all warnings` : optionToKeyNames(advice);
  return [...ends, { code: 'KEYSTORE_REFUSED', severity: 'error', message, hint }];
}

function expiryFinding({ code, message }: Warning): StatusFinding | undefined {
  const hint = warningHints[code];
  const rest = { message, ...(hint !== undefined && { hint }) };
  if (code === 'WARN_CERTIFICATE_EXPIRED') return { code: 'CERTIFICATE_EXPIRED', severity: 'error', ...rest };
  if (code === 'WARN_CERTIFICATE_EXPIRES_SOON') return { code: 'CERTIFICATE_EXPIRES', severity: 'warning', ...rest };
  return undefined;
}

/** Reads the record of earlier renewals. Adds a finding if the record is damaged, or if a renewal is running or was killed. */
function recordOf(
  state: string | undefined,
  renewal: string,
  host: Host,
  findings: StatusFinding[],
): RenewalRecord | undefined {
  if (state === undefined) return undefined;
  const journal = join(state, pendingJournal);
  if (host.statusOf(journal) !== undefined)
    findings.push({
      code: 'RENEWAL_UNFINISHED',
      severity: 'warning',
      message: `${journal}: a renewal is running, or was killed before all of its hooks had succeeded`,
      hint: `${renewal} waits for it, or restores the previous files and begins again`,
    });
  const path = join(state, recordName);
  const record = readRecord(path, host);
  if (record !== 'damaged') return record;
  findings.push({
    code: 'RECORD_DAMAGED',
    severity: 'warning',
    message: `${path}: cannot be read, so the last change and the last hook are unknown`,
    hint: 'run status as the user who runs renew; a damaged file is written anew by the next renewal that changes something',
  });
  return undefined;
}
