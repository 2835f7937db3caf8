import { version } from '../commands.js';
import { configurationExample } from '../renew/command.js';
import { passwordSources } from '../shared-options.js';
import type { CommandReference, OptionReference } from './command-reference.js';

const exitCodes: readonly (readonly [string, string])[] = [
  ['0', 'Done, or there is nothing to do.'],
  ['1', 'Failed; nothing on disk was changed.'],
  ['2', 'The command line is wrong.'],
  ['3', 'The check found an error; with --strict, an error or a warning.'],
  ['4', 'The deploy hook failed; the previous files were restored.'],
  ['130, 143', 'Interrupted by Ctrl-C (SIGINT), or by SIGTERM.'],
  ['141', 'The reader of standard output closed it.'],
];

const environment: readonly (readonly [string, string])[] = [
  ['JKS2PEM_STOREPASS', 'The store password, if --storepass is not given.'],
  ['JKS2PEM_KEYPASS', 'The password of the key, if --keypass is not given.'],
  ['NO_COLOR, FORCE_COLOR', 'Turn colours off or on. By default, only a terminal has them.'],
];

const files: readonly (readonly [string, string])[] = [
  [
    '/etc/jks2pem.toml',
    'The configuration of renew and status. Every option of convert except --dry-run, --json and --quiet is a key of the same name. An example:',
  ],
  [
    '/var/lib/jks2pem',
    'The results of the last renewals, which status shows; for users other than root, ~/.local/state/jks2pem.',
  ],
];

/**
 * Formats the man page with the macros of man(7).
 * @param date the date of the build, such as `2026-11-26`
 */
export function manPage(commands: readonly CommandReference[], date: string): string {
  const lines = [
    `.TH JKS2PEM 1 ${date} "jks2pem ${version}"`,
    '.SH NAME',
    'jks2pem \\- turn a Java keystore into PEM files',
    '.SH SYNOPSIS',
    ...commands.flatMap(({ name, usage }, i) => [...(i === 0 ? [] : ['.PP']), `.B jks2pem ${text(name)}`, text(usage)]),
    '.SH DESCRIPTION',
    'Reads Java keystores of every type (JKS, JCEKS, PKCS#12, BKS, UBER, BCFKS), and writes the private key with its',
    'certificate chain in the order that servers send it. Convert is the default command.',
    '.PP',
    `A password SOURCE is ${text(passwordSources)}. Without one, the password is asked for on the terminal.`,
    ...commands.flatMap(commandSection),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(([code, meaning]) => item(code, meaning)),
    '.SH ENVIRONMENT',
    ...environment.flatMap(([name, meaning]) => item(name, meaning)),
    '.SH FILES',
    ...files.flatMap(([name, meaning], i) => [...item(name, meaning), ...(i === 0 ? configurationLines() : [])]),
    '.SH SEE ALSO',
    '.BR keytool (1),',
    '.BR openssl (1),',
    '.BR postconf (5)',
  ];
  return `${lines.join('\n')}\n`;
}

/** Returns the example of a configuration file, indented below its item and without filling. */
function configurationLines(): string[] {
  return ['.IP', '.nf', ...configurationExample.map(text), '.fi'];
}

function commandSection({ name, description, options, examples }: CommandReference): string[] {
  return [
    `.SH ${name.toUpperCase()}`,
    text(sentence(description)),
    ...options.flatMap((option) => item(flagsOf(option), describe(option))),
    ...(examples.length === 0 ? [] : ['.PP', 'Examples:']),
    ...examples.flatMap(([line, meaning]) => ['.PP', `.B jks2pem ${text(line)}`, '.br', text(sentence(meaning))]),
  ];
}

function flagsOf({ short, long, value }: OptionReference): string {
  const flags = short === undefined ? long : `${short}, ${long}`;
  return value === undefined ? flags : `${flags} ${value}`;
}

function describe({ description, choices, default: usual }: OptionReference): string {
  const parts = [
    sentence(description),
    ...(choices.length === 0 ? [] : [`One of ${choices.join(', ')}.`]),
    ...(usual === undefined ? [] : [`Default: ${usual}.`]),
  ];
  return parts.join(' ');
}

function sentence(words: string): string {
  const text = `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function item(term: string, meaning: string): string[] {
  return ['.TP', `.B ${text(term)}`, text(meaning)];
}

/** Escapes text for roff, so that hyphens can be copied and no line begins with a macro. */
function text(words: string): string {
  const escaped = words.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('"', '\\(dq');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
