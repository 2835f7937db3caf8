import type { Command } from './command-line.js';
import type { Host } from './host.js';

/** Gives a command its arguments, its options and what it does; `done` is told the exit code. */
export type Definition = (command: Command, host: Host, done: (exitCode: number) => void) => void;

/** What the help of the program says of a command; the rest is loaded when the command is called. */
export interface CommandOutline {
  readonly name: string;
  readonly usage: string;
  readonly description: string;
  define(): Promise<Definition>;
}

/** The first is what is meant when no command is named. */
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
    description: 'show what is inside, and which certificate certifies which',
    define: async () => (await import('./list/command.js')).defineList,
  },
  {
    name: 'verify',
    usage: '[options] <pem>',
    description:
      'see whether an installed PEM file is right: order, key, dates, path, host name, mode, same as the keystore',
    define: async () => (await import('./verify/command.js')).defineVerify,
  },
  {
    name: 'probe',
    usage: '[options] <server>',
    description: 'talk to a running mail server: what does it offer, what certificates does it present',
    define: async () => (await import('./probe/command.js')).defineProbe,
  },
  {
    name: 'doctor',
    usage: '[options]',
    description: 'examine the Postfix of this machine: is it a secure relay for its users',
    define: async () => (await import('./doctor/command.js')).defineDoctor,
  },
];
