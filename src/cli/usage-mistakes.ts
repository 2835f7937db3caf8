import { shellWord } from '../bytes/shell-word.js';
import { UsageError } from './command-errors.js';
import { commandOutlines } from './commands.js';
import type { Host } from './host.js';
import { nearestName } from './nearest-name.js';
import { type Command, type CommanderError, passwordSources } from './shared-options.js';

/**
 * Options of keytool and OpenSSL, and their equivalents. They are refused before commander parses them, because it would read `-alias x` as
 * `-a lias x`, and `-out x` as `-o ut x`.
 */
const foreignOptions: Readonly<Record<string, { readonly tool: string; readonly here: string; readonly part?: Part }>> =
  {
    '-keystore': { tool: 'keytool', here: 'KEYSTORE without an option', part: 'keystore' },
    '-srckeystore': { tool: 'keytool', here: 'KEYSTORE without an option', part: 'keystore' },
    '-storepass': { tool: 'keytool', here: '--storepass SOURCE', part: 'password' },
    '-srcstorepass': { tool: 'keytool', here: '--storepass SOURCE', part: 'password' },
    '-keypass': { tool: 'keytool', here: '--keypass SOURCE', part: 'password' },
    '-srckeypass': { tool: 'keytool', here: '--keypass SOURCE', part: 'password' },
    '-deststorepass': { tool: 'keytool', here: '--encrypt-key SOURCE', part: 'password' },
    '-alias': { tool: 'keytool', here: '-a ALIAS', part: 'alias' },
    '-srcalias': { tool: 'keytool', here: '-a ALIAS', part: 'alias' },
    '-storetype': { tool: 'keytool', here: 'not needed: the type is found by content' },
    '-srcstoretype': { tool: 'keytool', here: 'not needed: the type is found by content' },
    '-list': { tool: 'keytool', here: 'the command list', part: 'list' },
    '-rfc': { tool: 'keytool', here: 'not needed: PEM is always written' },
    '-file': { tool: 'keytool', here: '-o FILE', part: 'out' },
    '-destkeystore': { tool: 'keytool', here: '-o FILE', part: 'out' },
    '-exportcert': { tool: 'keytool', here: '--only chain' },
    '-importkeystore': { tool: 'keytool', here: 'not needed' },
    '-in': { tool: 'openssl', here: 'KEYSTORE without an option', part: 'keystore' },
    '-out': { tool: 'openssl', here: '-o FILE', part: 'out' },
    '-passin': { tool: 'openssl', here: '--storepass SOURCE', part: 'password' },
    '-passout': { tool: 'openssl', here: '--encrypt-key SOURCE', part: 'password' },
    '-nodes': { tool: 'openssl', here: 'not needed: the key is encrypted only with --encrypt-key' },
    '-noenc': { tool: 'openssl', here: 'not needed: the key is encrypted only with --encrypt-key' },
    '-nokeys': { tool: 'openssl', here: '--only chain' },
    '-nocerts': { tool: 'openssl', here: '--only key' },
  };

type Part = 'keystore' | 'alias' | 'out' | 'list' | 'password';

/**
 * Refuses options of keytool and OpenSSL.
 * @throws {UsageError} with the equivalent jks2pem command as hint
 */
export function refuseForeignOptions(argv: readonly string[]): void {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  const found = words.filter((word) => Object.hasOwn(foreignOptions, word));
  const [first] = found;
  if (first === undefined) return;
  const told = [...new Set(found)].map((word) => `${word} is ${foreignOptions[word]?.here}`);
  throw new UsageError(
    `these are options of ${foreignOptions[first]?.tool}: ${told.join('; ')}`,
    `${translated(words)}${found.some((word) => foreignOptions[word]?.part === 'password') ? `; SOURCE is ${passwordSources}` : ''}`,
  );
}

/** Returns the equivalent jks2pem command. It never contains a password. */
function translated(words: readonly string[]): string {
  const wordAfter = (wanted: Part) => {
    const at = words.findIndex((word) => foreignOptions[word]?.part === wanted);
    return at < 0 ? undefined : words[at + 1];
  };
  const has = (wanted: Part) => words.some((word) => foreignOptions[word]?.part === wanted);
  const [alias, out] = [wordAfter('alias'), wordAfter('out')];
  return [
    'jks2pem',
    ...(has('list') ? ['list'] : []),
    shellWord(wordAfter('keystore') ?? 'KEYSTORE'),
    ...(alias === undefined ? [] : ['-a', shellWord(alias)]),
    ...(out === undefined ? [] : ['-o', shellWord(out)]),
    ...(has('password') ? ['--storepass file:PATH'] : []),
  ].join(' ');
}

/** File name extensions of PEM files, which keystores do not have. */
const pemName = /\.(?:pem|crt|cer|key)$/i;

/**
 * Refuses arguments of `convert` that are not keystores: a misspelt command, the output file, or the second word of a hook.
 * @throws {UsageError} with a hint
 */
export function refuseMisplacedArguments(command: Command, argv: readonly string[], host: Host): void {
  if (command.name() !== 'convert') return;
  const { args } = command;
  const options = command.opts<{ out?: string; outputDir?: string; deployHook?: string }>();
  const isMissing = (name: string) => name !== '-' && host.modeOf(name) === undefined;
  const [first = ''] = args;
  const meant = isMissing(first) && argv[0] === first ? nearestCommand(first) : undefined;
  if (meant !== undefined)
    throw new UsageError(`${first} is not a command, and there is no such keystore`, `did you mean jks2pem ${meant}?`);
  const hookAt = argv.indexOf('--deploy-hook');
  const extra = hookAt < 0 ? undefined : argv[hookAt + 2];
  if (extra !== undefined && args.includes(extra) && isMissing(extra))
    throw new UsageError(
      `${extra}: no such keystore`,
      `quote a hook of several words: --deploy-hook '${options.deployHook} ${extra}'`,
    );
  const last = args.at(-1) ?? '';
  if (args.length === 2 && options.out === undefined && options.outputDir === undefined) {
    if (isMissing(last) || pemName.test(last))
      throw new UsageError(`${last} is not a keystore`, `-o ${shellWord(last)} writes to this file`);
  }
}

/** Returns the command that a misspelt word probably means. */
export function nearestCommand(word: string): string | undefined {
  if (!/^[a-z]{3,10}$/.test(word)) return undefined;
  return nearestName(
    word,
    commandOutlines.map(({ name }) => name),
  );
}

/** Names that users of other tools try for jks2pem's options, with the hints. */
const otherNames: readonly (readonly [RegExp, string])[] = [
  [/^(?:-p|--(?:store-?)?pass(?:word|wd|phrase|in)?|--pw)$/, `--storepass takes the password from ${passwordSources}`],
  [/^--key-?pass(?:word|wd|phrase)$/, `--keypass takes the password of the key from ${passwordSources}`],
  [/^--passout$/, `--encrypt-key takes the password for the PEM file from ${passwordSources}`],
  [/^--(?:output|outfile|output-file|pem)$/, '-o FILE names the output file'],
  [/^--(?:keystore|in|input|file)$/, 'the keystore is an argument without an option'],
  [/^--(?:type|storetype|store-type)$/, 'the type of a keystore is found by its content'],
  [/^--(?:force|yes|overwrite)$|^-[fy]$/, 'an existing file is replaced without a question, if the content differs'],
  [/^--(?:verbose|debug)$|^-v$/, 'everything that was done is printed already; --json prints more'],
];

/** Explains a usage error of commander in one line, with a hint. */
export function explainParseError(error: CommanderError, argv: readonly string[]): UsageError {
  const name = commandOutlines.find((outline) => outline.name === argv[0])?.name;
  const help =
    argv.length === 0
      ? 'jks2pem KEYSTORE -o FILE converts one; jks2pem --help lists the commands'
      : `jks2pem ${name ?? 'convert'} --help shows all options`;
  const text = error.message.replace(/^error: /, '');
  const [, message = text, suggestion] = /^(.*?)\s*(?:\((Did you mean .*\?)\))?$/s.exec(text) ?? [];
  const option = /unknown option '([^'=]*)/.exec(message)?.[1];
  // `renew` has no option --allow: the configuration file allows warnings for each keystore.
  const isAllowOfRenew = name === 'renew' && option === '--allow';
  const advice =
    (isAllowOfRenew ? 'write allow = "CODE" in the table of the keystore' : undefined) ??
    otherNames.find(([pattern]) => option !== undefined && pattern.test(option))?.[1] ??
    suggestion?.replace('Did', 'did').replace('one of ', '').replaceAll('\n', ' ');
  return new UsageError(
    withoutValue(message),
    advice === undefined ? help : `${advice}${advice.endsWith('?') ? '' : ';'} ${help}`,
  );
}

/** Removes the value of an unknown option from a message, because the `x` of `--password=x` may be a password. */
function withoutValue(message: string): string {
  return message.replace(/(unknown option '[^'=]*)=[^']*'/, "$1'");
}
