import type { Host } from '../host.js';
import { type Command, collectLimit, limitFlags, limitHelp, Option } from '../options.js';
import type { ListOptions } from './list-store.js';

/** Arguments and options of `list`, and what runs it. */
export function defineList(command: Command, host: Host, done: (exitCode: number) => void): void {
  command
    .argument('<keystore>', 'a keystore of any type; - reads standard input')
    .option('--storepass <source>', 'where the store password is: env:NAME, file:PATH, fd:N, stdin or pass:TEXT')
    .option('--json', 'as JSON')
    .addOption(
      new Option('--graph <language>', 'draw the certificates and who signed whom')
        .choices(['mermaid', 'dot'])
        .conflicts('json'),
    )
    .option(limitFlags, limitHelp, collectLimit)
    .option('-q, --quiet', 'no warnings')
    .action(async (keystore: string, options: ListOptions) => {
      const { listStore } = await import('./list-store.js');
      done(await listStore(keystore, options, host));
    });
}
