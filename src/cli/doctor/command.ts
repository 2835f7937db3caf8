import type { Host } from '../host.js';
import { addCheckOptions, addExamples, type Command, collect, storePassHelp } from '../shared-options.js';
import type { DoctorOptions } from './run-doctor.js';

/** Defines arguments, options and action of `doctor`. */
export function defineDoctor(command: Command, host: Host, done: (exitCode: number) => void): void {
  command
    .option('--config-dir <directory>', 'the directory of main.cf; default: where Postfix looks for it')
    .option('--fix', 'print the proposed lines as a shell script; nothing is changed')
    .option('--explain <rule>', 'print what a rule means, why it matters, and where Postfix documents it')
    .option('--keystore <keystore>', 'compare the certificates in the configured files with those of this keystore')
    .option('--storepass <source>', storePassHelp)
    .option('--trust <file>', "roots that clients know, instead of Node's list; repeatable", collect)
    .option('--probe <server>', 'HOST:PORT: examine the running server too, as probe does')
    .option('--tls', 'with --probe: TLS from the first byte')
    .option('--hostname <name>', 'with --probe: the name that the certificate must be for')
    .option('--autoconfig <file>', "write the settings for mail programs as Thunderbird's autoconfig XML")
    .option('--domain <domain>', 'with --autoconfig: the domain of the mail addresses')
    .option('--json', 'print JSON')
    .option('--nagios', 'print one line for a monitoring system: exit 0, 1, 2, or 3 if nothing could be checked');
  addCheckOptions(command, 'print nothing unless something is wrong', {
    flags: '--allow <rule>',
    help: 'ignore the findings of this rule, except errors',
  });
  addExamples(command, [
    ['doctor', 'checks TLS, logins, certificates and relaying of this Postfix'],
    ['doctor --keystore tomcat.keystore --probe localhost:587', 'also compares keystore, files and running server'],
    ['doctor --fix > fix.sh', 'writes the proposed lines as a script; read it before you run it'],
  ]).action(async (options: DoctorOptions) => {
    const { runDoctor } = await import('./run-doctor.js');
    done(await runDoctor(options, host));
  });
}
