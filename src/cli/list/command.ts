import type { Host } from '../host.js';
import {
  addCheckOptions,
  addExamples,
  type Command,
  collectLimit,
  limitFlags,
  limitHelp,
  Option,
  storePassHelp,
} from '../shared-options.js';
import type { ListOptions } from './list-store.js';

/**
 * The supported values of Postfix's smtpd_tls_fingerprint_digest. Its default is sha256 since Postfix 3.6, if compatibility_level is 3.6 or
 * higher; otherwise md5.
 */
const clientDigests: readonly string[] = ['sha256', 'sha1', 'md5', 'sha384', 'sha512'];

/** Defines arguments, options and action of `list`. */
export function defineList(command: Command, host: Host, done: (exitCode: number) => void): void {
  command
    .argument('<keystore>', 'a keystore of any type; - reads standard input')
    .option('--storepass <source>', storePassHelp)
    .option('--json', 'print JSON')
    .addOption(
      new Option('--graph <language>', 'print the graph of certificates instead')
        .choices(['mermaid', 'dot'])
        .conflicts('json'),
    )
    .addOption(
      new Option('--clientcerts', "print lines for Postfix's relay_clientcerts instead").conflicts(['json', 'graph']),
    )
    .addOption(
      new Option('--digest <name>', "with --clientcerts: Postfix's smtpd_tls_fingerprint_digest")
        .choices(clientDigests)
        .default('sha256'),
    )
    .option(limitFlags, limitHelp, collectLimit);
  addCheckOptions(command, 'has no effect: the list is always printed');
  addExamples(command, [
    ['list tomcat.keystore', 'asks for the password; press Enter to see what can be read without it'],
    ['list cacerts --storepass pass:changeit --json', 'prints every certificate as JSON'],
    ['list users.p12 --clientcerts >> relay_clientcerts', 'lets these clients relay through Postfix'],
  ]).action(async (keystore: string, options: ListOptions) => {
    const { listStore } = await import('./list-store.js');
    done(await listStore(keystore, options, host));
  });
}
