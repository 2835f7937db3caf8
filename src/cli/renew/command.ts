import type { Host } from '../host.js';
import { addExamples, type Command } from '../shared-options.js';
import type { RenewOptions } from './options.js';

export const configFlags = '--config <file>';
export const configHelp = 'the configuration file; default: /etc/jks2pem.toml';

/** A configuration file, for the help and the man page. */
export const configurationExample: readonly string[] = [
  '[mail]                          # for jks2pem renew mail',
  'keystore = "/etc/keystore/mail.jks"',
  'storepass = "file:/etc/keystore/password"',
  'allow = "WARN_ANCHOR_UNKNOWN"   # for a private CA',
  '',
  '[[mail.to]]',
  'out = "/etc/postfix/tls/mail.pem"',
  'deploy-hook = "postfix reload"',
];

/** Defines arguments, options and action of `renew`. */
export function defineRenew(command: Command, host: Host, done: (exitCode: number) => void): void {
  command
    .argument('[name...]', 'sections of the configuration file, such as mail for [mail]; default: all')
    .option(configFlags, configHelp)
    .option('--dry-run', 'show what would change and which hooks would run, and write nothing')
    .option('--strict', 'do not write the outputs of a keystore that has a warning: exit 3')
    .option('--json', 'print a line of JSON for each keystore')
    .option('-q, --quiet', 'print warnings and errors only');
  addExamples(command, [
    ['renew', 'updates everything that /etc/jks2pem.toml lists'],
    ['renew mail --dry-run', 'shows what would change for one keystore'],
  ])
    .addHelpText('after', `Configuration file:\n${configurationExample.map((line) => `  ${line}\n`).join('')}`)
    .action(async (names: readonly string[], options: RenewOptions) => {
      const { runRenew } = await import('./run-renew.js');
      done(await runRenew(names, options, host));
    });
}
