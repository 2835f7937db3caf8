import type { Host } from '../host.js';
import { addCheckOptions, addExamples, type Command, collect, storePassHelp } from '../options.js';
import type { DoctorOptions } from './diagnosis.js';

/** Arguments and options of `doctor`, and what runs it. */
export function defineDoctor(command: Command, host: Host, done: (exitCode: number) => void): void {
  command
    .option('--config-dir <directory>', 'the directory of main.cf, if not the one that Postfix uses')
    .option('--keystore <keystore>', 'hold what is served against what this keystore would give')
    .option('--storepass <source>', storePassHelp)
    .option('--trust <file>', "the roots that clients know, instead of Node's list", collect)
    .option('--probe <server>', 'HOST:PORT: look at the running server too, as probe does')
    .option('--tls', 'with --probe: TLS from the first byte')
    .option('--hostname <name>', 'with --probe: the name that the certificate must have')
    .option('--autoconfig <file>', "write the settings for mail programs as Thunderbird's autoconfig XML")
    .option('--json', 'print JSON')
    .option('--nagios', 'print one line for monitoring; exit 0, 1, 2 or 3 (unknown)');
  addCheckOptions(command, 'print nothing if all is right');
  addExamples(command, [
    ['doctor', 'as root on the server: is its Postfix a secure relay, and what to change'],
    ['doctor --keystore tomcat.keystore --probe localhost:587', 'also compares keystore, files and running server'],
    ['doctor --nagios', 'as a plugin of a monitoring system'],
  ]).action(async (options: DoctorOptions) => {
    const { Doctor } = await import('./diagnosis.js');
    done(await new Doctor(options, host).run());
  });
}
