import { defaultTimeout, submissionPort, submissionsPort } from '../../probe/server-address.js';
import type { Host } from '../host.js';
import { type Command, collect } from '../options.js';
import type { ProbeCommandOptions } from './run-probe.js';

/** Arguments and options of `probe`, and what runs it. */
export function defineProbe(command: Command, host: Host, done: (exitCode: number) => void): void {
  command
    .argument(
      '<server>',
      `HOST, HOST:PORT or [IPV6]:PORT; the port is ${submissionPort} unless said otherwise, ${submissionsPort} with --tls`,
    )
    .option('--tls', 'TLS from the first byte, not after STARTTLS')
    .option('--hostname <name>', 'the name that the certificate must have, if not HOST')
    .option('--trust <file>', "the roots that clients know, instead of Node's list", collect)
    .option('--expect <file>', 'a bundle: exactly its certificates must be served')
    .option('--relay-test <address...>', 'FROM TO: try to relay without logging in, up to RCPT TO; nothing is sent')
    .option('--timeout <seconds>', `for each connection, ${defaultTimeout} unless said otherwise`)
    .option('--json', 'as JSON')
    .action(async (server: string, options: ProbeCommandOptions) => {
      const { runProbe } = await import('./run-probe.js');
      done(await runProbe(server, options, host));
    });
}
