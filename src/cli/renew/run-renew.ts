import { exitCodeOfAll, InterruptedError } from '../command-errors.js';
import { chooseKeystores } from '../configuration/choose-keystores.js';
import { readConfiguration } from '../configuration/read-configuration.js';
import { untilTerminated } from '../convert/termination-signals.js';
import type { Host } from '../host.js';
import { toJsonLine } from '../json.js';
import { Report } from '../report.js';
import type { RenewOptions } from './options.js';
import { renewKeystore } from './renew-keystore.js';
import { type RenewalResult, renewalJson, summary } from './renewal-result.js';

/**
 * Runs `renew`. The keystores are independent: a failure of one does not prevent the renewal of the others.
 * @returns the exit code
 */
export async function runRenew(names: readonly string[], options: RenewOptions, host: Host): Promise<number> {
  const configuration = await readConfiguration(options.config, host);
  const chosen = chooseKeystores(configuration, names);
  const { secretVariables, path } = configuration;
  const results: RenewalResult[] = [];
  await untilTerminated(host, async (signal) => {
    for (const keystore of chosen) {
      if (signal.aborted) break;
      const result = await renewKeystore(keystore, {
        options,
        host,
        signal,
        secretVariables,
        configuration: path,
      });
      results.push(result);
      if (options.json) host.writeOutput(Buffer.from(toJsonLine(renewalJson(result, options))));
    }
    if (signal.aborted) throw new InterruptedError(renewedOf(results, chosen.length, options));
  });
  if (results.length > 1) new Report(host, options.quiet ?? false).say(summary(results, options));
  return exitCodeOfAll(results.map(({ exitCode }) => exitCode));
}

/** Describes what an interrupted run has written. */
function renewedOf(results: readonly RenewalResult[], chosen: number, { dryRun }: RenewOptions): string | undefined {
  // Messages about each keystore say what was written for it.
  const renewed = results.filter(({ end }) => end === 'renewed').length;
  return dryRun ? undefined : `${renewed} of ${chosen} keystores ${renewed === 1 ? 'was' : 'were'} renewed`;
}
