import type { Host } from '../host.js';
import { type Command, collect, collectLimit, limitFlags, limitHelp } from '../options.js';
import type { VerifyOptions } from './verify-pem.js';

/** certbot renews at 30 days: at 14, two weeks of renewals have failed. */
const defaultDays = '14';

/** Arguments and options of `verify`, and what runs it. */
export function defineVerify(command: Command, host: Host, done: (exitCode: number) => void): void {
  command
    .argument('<pem>', "a file with key and certificates, or a directory with certbot's names")
    .option('--keystore <keystore>', 'the keystore that its key and certificate must be in')
    .option('--storepass <source>', 'where the store password is: env:NAME, file:PATH, fd:N, stdin or pass:TEXT')
    .option('--keypass <source>', 'where the password of the key is, in the keystore or in the file')
    .option('--hostname <name>', 'a name or address that the certificate must be for', collect)
    .option('--trust <file>', "the roots that clients know, instead of Node's list and the keystore's own", collect)
    .option('--days <number>', 'warn when fewer days are left', defaultDays)
    .option(limitFlags, limitHelp, collectLimit)
    .option('--strict', 'take every warning as an error')
    .option('--json', 'as JSON')
    .option('-q, --quiet', 'say nothing unless something is wrong')
    .action(async (pem: string, options: VerifyOptions) => {
      const { verify } = await import('./verify-pem.js');
      done(await verify(pem, options, host));
    });
}
