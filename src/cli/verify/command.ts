import type { Host } from '../host.js';
import {
  addCheckOptions,
  addExamples,
  type Command,
  collect,
  collectLimit,
  limitFlags,
  limitHelp,
  storePassHelp,
} from '../shared-options.js';
import type { VerifyOptions } from './verify-pem.js';

/** Defines arguments, options and action of `verify`. */
export function defineVerify(command: Command, host: Host, done: (exitCode: number) => void): void {
  command
    .argument('<pem>', "a file with key and certificates, or a directory with certbot's names")
    .option('--key <file>', 'the file with the private key, if that is a separate file')
    .option('--keystore <keystore>', 'the keystore that its key and certificate must be in')
    .option('--storepass <source>', storePassHelp)
    .option('--keypass <source>', 'where the password of the key in the keystore or in the file is')
    .option('--hostname <name>', 'a name or address that the certificate must be for; repeatable', collect)
    .option('--tlsa <record>', 'a published TLSA record, or a file of them: one must match; repeatable', collect)
    .option('--trust <file>', "the roots that clients know, instead of Node's list and the keystore's own", collect)
    .option(limitFlags, limitHelp, collectLimit)
    .option('--json', 'print JSON')
    .option('--nagios', 'print one line for monitoring; exit 0, 1, 2 or 3 (unknown)');
  addCheckOptions(command, 'print nothing if all is right');
  addExamples(command, [
    ['verify /etc/postfix/tls/mail.pem --hostname mail.example.com', 'checks a file as servers and clients see it'],
    ['verify mail.pem --keystore tomcat.keystore', 'checks that the file has the key and certificates of the keystore'],
    ['verify cert.pem --key key.pem --nagios', 'checks separate files, as a plugin of a monitoring system'],
  ]).action(async (pem: string, options: VerifyOptions) => {
    const { verify } = await import('./verify-pem.js');
    done(await verify(pem, options, host));
  });
}
