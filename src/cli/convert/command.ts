import type { Host } from '../host.js';
import {
  addExamples,
  type Command,
  collect,
  collectLimit,
  daysHelp,
  limitFlags,
  limitHelp,
  Option,
  passwordSources,
  readDays,
} from '../shared-options.js';
import { type ConvertOptions, readHookTimeout } from './options.js';

/** Defines arguments, options and action of `convert`. */
export function defineConvert(command: Command, host: Host, done: (exitCode: number) => void): void {
  command
    .argument('<keystore...>', 'keystores of any type; - reads standard input')
    .option(
      '-a, --alias <alias>',
      'the entry to convert, or sha256:HEX of its certificate; several -a write several keys into one file',
      collect,
    )
    .option('-o, --out <file>', 'write this file; - writes to standard output, even if that is a terminal')
    .option('--output-dir <dir>', 'write a file for each keystore into this directory, named after the keystore')
    .option('--trusted', 'write the trusted certificates as one CA file, mode 0644, and no key')
    .addOption(
      new Option('--only <part>', 'write only the key, or only the chain (which certbot calls fullchain)').choices([
        'key',
        'chain',
      ]),
    )
    .option('--split', 'with --output-dir: write a file for each entry, named after its alias')
    .option('--storepass <source>', `the store password: ${passwordSources}`)
    .option('--keypass <source>', 'the password of a key, if it is not the store password; repeatable', collect)
    .option('--add-cert <file>', 'certificates that the keystore lacks: PEM, DER or P7B; repeatable', collect)
    .option('--fetch-issuers', 'download missing issuers from the URLs in their certificates')
    .option('--fetch-private', 'allow --fetch-issuers to contact hosts with private addresses')
    .option(
      '--trust <file>',
      'the roots that clients trust; default: those of Node and of the keystore; repeatable',
      collect,
    )
    .option(
      '--tlsa <record>',
      'a published TLSA record, or a file of them: warn if none matches the written chain; repeatable',
      collect,
    )
    .addOption(
      new Option('--chain <preference>', 'which of several possible chains to send')
        .choices(['compatible', 'shortest', 'stored'])
        .default('compatible'),
    )
    .addOption(
      new Option('--purpose <purpose>', 'what the certificate is for')
        .choices(['serverAuth', 'clientAuth', 'any'])
        .default('serverAuth'),
    )
    .option('--include-root', 'write the root too, for DANE')
    .addOption(
      new Option(
        '--layout <name>',
        'one file; a directory with the four files of certbot; or bundles and a table for Postfix',
      )
        .choices(['bundle', 'certbot', 'sni'])
        .default('bundle'),
    )
    .addOption(
      new Option('--key-format <format>', 'PRIVATE KEY, or RSA and EC PRIVATE KEY for old programs')
        .choices(['pkcs8', 'traditional'])
        .default('pkcs8'),
    )
    .option('--encrypt-key <source>', 'encrypt the key with this password')
    .option('--mode <octal>', 'mode of the file with the key; default: that of the existing file, or 0600')
    .option('--owner <user[:group]>', 'owner of the files; default: that of the existing file')
    .option(
      '--deploy-hook <command>',
      'run this in a shell after a change; if it fails, the previous files are restored. It cannot ask on the terminal',
    )
    .option(
      '--hook-timeout <seconds>',
      'end the hook if it takes longer, which counts as a failure; 0 for no limit',
      readHookTimeout,
      600,
    )
    .option('--days <number>', daysHelp, readDays)
    .option(limitFlags, limitHelp, collectLimit)
    .option('--dry-run', 'show what would change, and write nothing')
    .option('--strict', 'refuse to write if there is a warning: exit 3')
    .option(
      '--allow <code>',
      'ignore warnings with this code, e.g. WARN_ANCHOR_UNKNOWN for a private CA; repeatable',
      collect,
    )
    .option('--json', 'print the result as JSON; needs -o or --output-dir')
    .option('-q, --quiet', 'print warnings and errors only');
  addExamples(command, [
    [
      "tomcat.keystore -o mail.pem --deploy-hook 'postfix reload'",
      'writes the file, and reloads Postfix if it has changed',
    ],
    [
      'mail.p12 -a mail --storepass file:/etc/keystore/password --strict',
      'writes to standard output, and treats warnings as errors',
    ],
    ['--trusted truststore.jks -o /etc/ssl/ca.pem', 'writes the trusted certificates as one CA file'],
  ]).action(async (keystores: readonly string[], options: ConvertOptions) => {
    const { runConvert } = await import('./run-convert.js');
    done(await runConvert(keystores, options, host));
  });
}
