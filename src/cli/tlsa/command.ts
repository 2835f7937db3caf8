import type { Host } from '../host.js';
import {
  addExamples,
  type Command,
  collect,
  collectLimit,
  limitFlags,
  limitHelp,
  storePassHelp,
} from '../shared-options.js';
import type { TlsaOptions } from './print-tlsa.js';

/** The port of SMTP between servers, for which RFC 7672 defines DANE. */
const smtpPort = '25';

/** Defines arguments, options and action of `tlsa`. */
export function defineTlsa(command: Command, host: Host, done: (exitCode: number) => void): void {
  command
    .argument('<file>', 'a keystore, or a PEM file with certificates')
    .option('-a, --alias <alias>', 'print the records of this entry of the keystore only; repeatable', collect)
    .option('--storepass <source>', storePassHelp)
    .option('--hostname <name>', 'the name of the server; default: the names in the certificate; repeatable', collect)
    .option('--port <number>', 'the port of the server', smtpPort)
    .option(limitFlags, limitHelp, collectLimit)
    .option('--json', 'print JSON');
  addExamples(command, [
    ['tlsa tomcat.keystore --hostname mail.example.com', 'prints lines for the zone file'],
    ['tlsa /etc/postfix/tls/mail.pem --port 465', 'prints the records of what is served now'],
  ]).action(async (file: string, options: TlsaOptions) => {
    const { printTlsa } = await import('./print-tlsa.js');
    done(await printTlsa(file, options, host));
  });
}
