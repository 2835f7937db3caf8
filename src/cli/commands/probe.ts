import { Command, collect } from '../command-line.js';
import type { Host } from '../host.js';
import { defaultTimeout, submissionPort, submissionsPort } from '../probe-defaults.js';
import type { ProbeCommandOptions } from '../probing.js';

export function probeCommand(host: Host, done: (exitCode: number) => void): Command {
  return new Command('probe')
    .description('talk to a running mail server: what does it offer, what certificates does it present')
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
      const { runProbe } = await import('../probing.js');
      done(await runProbe(server, options, host));
    });
}
