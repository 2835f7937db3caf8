import type { Host } from '../host.js';
import { type Command, collect } from '../options.js';
import type { DoctorOptions } from './diagnosis.js';

/** Arguments and options of `doctor`, and what runs it. */
export function defineDoctor(command: Command, host: Host, done: (exitCode: number) => void): void {
  command
    .option('--config-dir <folder>', 'where main.cf is, if not where Postfix looks by itself')
    .option('--keystore <keystore>', 'hold what is served against what this keystore would give')
    .option('--storepass <source>', 'where the store password is: env:NAME, file:PATH, fd:N, stdin or pass:TEXT')
    .option('--trust <file>', "the roots that clients know, instead of Node's list", collect)
    .option('--probe <server>', 'HOST:PORT: look at the running server too, as probe does')
    .option('--tls', 'with --probe: TLS from the first byte')
    .option('--hostname <name>', 'with --probe: the name that the certificate must have')
    .option('--autoconfig <file>', "write the settings for mail programs as Thunderbird's autoconfig XML")
    .option('--json', 'as JSON')
    .action(async (options: DoctorOptions) => {
      const { Doctor } = await import('./diagnosis.js');
      done(await new Doctor(options, host).run());
    });
}
