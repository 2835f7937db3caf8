import type { Host } from '../host.js';
import { type Command, collect, collectLimit, limitFlags, limitHelp, Option } from '../options.js';
import { type ConvertOptions, readHookTimeout } from './options.js';

/** Arguments and options of `convert`, and what runs it. */
export function defineConvert(command: Command, host: Host, done: (exitCode: number) => void): void {
  command
    .argument('<keystore...>', 'keystores of any type; - reads standard input')
    .option(
      '-a, --alias <alias>',
      'the entry to convert; several give several key and chain groups in one file',
      collect,
    )
    .option('-o, --out <file>', 'write this file, mode 0600, in one step and only if it changes; else standard output')
    .option('--output-dir <dir>', 'write a file for each keystore into this directory, by the name of the keystore')
    .option('--trusted', 'write the trusted certificates as one CA file, mode 0644, and no key')
    .option('--storepass <source>', 'where the store password is: env:NAME, file:PATH, fd:N, stdin or pass:TEXT')
    .option('--keypass <source>', 'where the key password is, if it differs')
    .option('--add-cert <file>', 'certificates for the chain that the keystore lacks: PEM, DER or P7B', collect)
    .option('--fetch-issuers', 'fetch missing issuers from where their certificates say, over http or https')
    .option('--fetch-private', 'allow --fetch-issuers to ask hosts with private addresses')
    .option('--trust <file>', "the roots that clients know, instead of Node's list and the keystore's own", collect)
    .addOption(
      new Option('--chain <line>', 'which of several possible chains to send')
        .choices(['compatible', 'shortest', 'stored'])
        .default('compatible'),
    )
    .option('--include-root', 'send the root too, for DANE')
    .addOption(
      new Option('--layout <name>', "one file, or a directory with certbot's four: privkey, cert, chain, fullchain")
        .choices(['bundle', 'certbot'])
        .default('bundle'),
    )
    .addOption(
      new Option('--key-format <format>', 'PRIVATE KEY, or RSA and EC PRIVATE KEY for old programs')
        .choices(['pkcs8', 'traditional'])
        .default('pkcs8'),
    )
    .option('--encrypt-key <source>', 'encrypt the key with the password that is there')
    .option('--mode <octal>', 'mode of the file with the key; else 0600, or that of the file that is there')
    .option('--owner <user[:group]>', 'owner of the files; else that of those that are there')
    .option(
      '--deploy-hook <command>',
      'run this by the shell after a change; if it fails, the old files come back. It cannot ask on the terminal',
    )
    .option(
      '--hook-timeout <seconds>',
      'end the hook, as one that failed, if it takes longer; 0 for no limit',
      readHookTimeout,
      600,
    )
    .option(limitFlags, limitHelp, collectLimit)
    .option('--dry-run', 'say what would change, and write nothing')
    .option('--strict', 'take every warning as a refusal: exit 3, nothing written')
    .option('--json', 'tell the result as JSON, with -o')
    .option('-q, --quiet', 'say nothing but errors')
    .action(async (keystores: readonly string[], options: ConvertOptions) => {
      const { runConvert } = await import('./run-convert.js');
      done(await runConvert(keystores, options, host));
    });
}
