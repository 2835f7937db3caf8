import type { Host } from './host.js';
import type { Command } from './shared-options.js';

/** The version in package.json. It is repeated here so that `--version` reads no file; a test compares the two. */
export const version = '0.1.0';

/** Adds arguments, options and action to a command; the action passes the exit code to `done`. */
export type Definition = (command: Command, host: Host, done: (exitCode: number) => void) => void;

/** The description of a command in `jks2pem --help`. The options of the command are loaded only when it is used. */
interface CommandOutline {
  readonly name: string;
  readonly usage: string;
  readonly description: string;
  define(): Promise<Definition>;
}

/** All commands. The first is the default, which runs if no command is named. */
export const commandOutlines: readonly CommandOutline[] = [
  {
    name: 'convert',
    usage: '[options] <keystore...>',
    description: 'write private key and certificate chain as one PEM file (the default command)',
    define: async () => (await import('./convert/command.js')).defineConvert,
  },
  {
    name: 'list',
    usage: '[options] <keystore>',
    description: 'show the entries, and the issuer of each certificate',
    define: async () => (await import('./list/command.js')).defineList,
  },
  {
    name: 'verify',
    usage: '[options] <pem>',
    description:
      'check an installed PEM file: order, key, dates, chain, names, mode, and whether it agrees with the keystore',
    define: async () => (await import('./verify/command.js')).defineVerify,
  },
  {
    name: 'probe',
    usage: '[options] <server>',
    description: 'check a running mail server: what it offers, which certificates it presents',
    define: async () => (await import('./probe/command.js')).defineProbe,
  },
  {
    name: 'doctor',
    usage: '[options]',
    description: 'check the Postfix of this machine: TLS, logins, certificates and relaying',
    define: async () => (await import('./doctor/command.js')).defineDoctor,
  },
  {
    name: 'renew',
    usage: '[options] [name...]',
    description: 'update all files that are listed in the configuration file',
    define: async () => (await import('./renew/command.js')).defineRenew,
  },
  {
    name: 'status',
    usage: '[options] [name...]',
    description: 'show whether the configured files are up to date and in use',
    define: async () => (await import('./status/command.js')).defineStatus,
  },
  {
    name: 'tlsa',
    usage: '[options] <file>',
    description: 'print the DANE records of a keystore or PEM file',
    define: async () => (await import('./tlsa/command.js')).defineTlsa,
  },
];
