import type { Host } from '../host.js';
import { configFlags, configHelp } from '../renew/command.js';
import { addCheckOptions, addExamples, type Command } from '../shared-options.js';
import type { StatusOptions } from './options.js';

/** Defines arguments, options and action of `status`. */
export function defineStatus(command: Command, host: Host, done: (exitCode: number) => void): void {
  command
    .argument('[name...]', 'sections of the configuration file, such as mail for [mail]; default: all')
    .option(configFlags, configHelp)
    .option('--probe', 'check whether the servers in the configuration present the files')
    .option('--json', 'print JSON')
    .option('--nagios', 'print one line for monitoring; exit 0, 1, 2 or 3 (unknown)');
  addCheckOptions(command, 'print nothing if all is right');
  addExamples(command, [
    ['status', 'shows whether everything that /etc/jks2pem.toml lists is up to date'],
    ['status --probe', 'also checks whether the servers present the files'],
    ['status mail --nagios', 'checks one keystore, as a plugin of a monitoring system'],
  ]).action(async (names: readonly string[], options: StatusOptions) => {
    const { runStatus } = await import('./run-status.js');
    done(await runStatus(names, options, host));
  });
}
