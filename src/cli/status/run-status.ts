import { warningCodes } from '../../warnings.js';
import { requireKnownCodes } from '../allowed-codes.js';
import { ExitCode } from '../command-errors.js';
import { chooseKeystores } from '../configuration/choose-keystores.js';
import type { ConfiguredKeystore } from '../configuration/configuration.js';
import { readConfiguration } from '../configuration/read-configuration.js';
import type { Host } from '../host.js';
import { toJson } from '../json.js';
import { stateOf, writeNagios } from '../nagios.js';
import { writeLines } from '../report.js';
import { readDays } from '../shared-options.js';
import { outputScreen } from '../terminal/screen.js';
import { examineKeystore } from './examine-keystore.js';
import type { StatusOptions } from './options.js';
import { describeStatus, nagiosText, statusJson } from './status-report.js';
import { findingsOf, type KeystoreStatus, statusErrors, statusWarnings } from './status-result.js';

/**
 * Runs `status`: examines the named keystores of the configuration, or all of them, and their outputs. Nothing is changed.
 * @returns the exit code: 3 if there is any finding; with `--nagios` that of a monitoring plugin
 */
export async function runStatus(names: readonly string[], options: StatusOptions, host: Host): Promise<number> {
  requireKnownCodes(options.allow, statusWarnings, hintForOtherCode);
  const days = readDays(options.days);
  const configuration = await readConfiguration(options.config, host);
  const statuses: KeystoreStatus[] = [];
  for (const keystore of chooseKeystores(configuration, names))
    statuses.push(await examineKeystore(withDays(keystore, days), configuration.path, options, host));
  const findings = statuses.flatMap(findingsOf);
  if (options.nagios) {
    const left = statuses.flatMap(({ daysLeft }) => daysLeft ?? []);
    const soonest = left.length === 0 ? undefined : Math.min(...left);
    return writeNagios(host, 'status', stateOf(findings, options.strict), nagiosText(statuses), soonest);
  }
  if (options.json) host.writeOutput(Buffer.from(toJson(statusJson(statuses))));
  else if (!options.quiet || findings.length > 0)
    writeLines(describeStatus(statuses, outputScreen(host).columns), host);
  return findings.length > 0 ? ExitCode.wrong : ExitCode.done;
}

/** Replaces the key `days` of the configuration by the option `--days`. */
function withDays(keystore: ConfiguredKeystore, days: number | undefined): ConfiguredKeystore {
  return days === undefined ? keystore : { ...keystore, options: { ...keystore.options, days } };
}

/** Returns the hint for a code that `--allow` of `status` does not accept; undefined for words that are no code. */
function hintForOtherCode(code: string): string | undefined {
  if ((statusErrors as readonly string[]).includes(code)) return `${code} is an error; only warnings can be allowed`;
  if (!(warningCodes as readonly string[]).includes(code)) return undefined;
  return `this is a warning of renew: write allow = "${code}" in the table of the keystore`;
}
