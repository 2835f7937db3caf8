import { defaultTimeout, submissionPort, submissionsPort } from '../../probe/server-address.js';
import type { Host } from '../host.js';
import { addCheckOptions, addExamples, type Command, collect } from '../shared-options.js';
import type { ProbeCommandOptions } from './run-probe.js';

/** Defines arguments, options and action of `probe`. */
export function defineProbe(command: Command, host: Host, done: (exitCode: number) => void): void {
  command
    .argument(
      '<server>',
      `HOST, HOST:PORT or [IPV6]:PORT; the default port is ${submissionPort}, with --tls ${submissionsPort}`,
    )
    .option('--tls', `TLS from the first byte, as always on port ${submissionsPort}; default: STARTTLS`)
    .option('--hostname <name>', 'the name that the certificate must have, if not HOST')
    .option('--trust <file>', "the roots that clients know, instead of Node's list; repeatable", collect)
    .option('--expect <pem>', 'the server must present exactly the certificates of this bundle, for each of its keys')
    .option('--cert <pem>', 'key and certificate of a client: show whether the server asks for them and accepts them')
    .option('--relay-test <address...>', 'FROM TO: try to relay without logging in, up to RCPT TO; no message is sent')
    .option('--timeout <seconds>', `for each connection; default ${defaultTimeout}`)
    .option('--json', 'print JSON')
    .option('--nagios', 'print one line for monitoring; exit 0, 1, 2 or 3 (unknown)');
  addCheckOptions(command, 'print nothing if all is right');
  addExamples(command, [
    ['probe mail.example.com', 'checks the submission port as a mail program sees it'],
    [
      'probe mail.example.com:25 --expect /etc/postfix/tls/mail.pem',
      'checks after a renewal that the server uses the new file',
    ],
    ['probe mail.example.com:465 --nagios --days 14', 'runs as a plugin of a monitoring system'],
  ]).action(async (server: string, options: ProbeCommandOptions) => {
    const { runProbe } = await import('./run-probe.js');
    done(await runProbe(server, options, host));
  });
}
