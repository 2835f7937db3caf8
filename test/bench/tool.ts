import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { outputOf } from '../peers/tool.js';

/** Something that a row needs is not on this machine, or not in this command. */
export class Unavailable extends Error {}

/** Debian's packages of what is run, by program or file; install.sh has the same list. */
export const packages = {
  java: 'openjdk-17-jdk-headless',
  javac: 'openjdk-17-jdk-headless',
  keytool: 'openjdk-17-jdk-headless',
  openssl: 'openssl',
  gcc: 'gcc',
  '/usr/include/stdio.h': 'libc6-dev',
  '/usr/bin/time': 'time',
  '/usr/include/openssl/pkcs12.h': 'libssl-dev',
  '/usr/share/java/bcprov.jar': 'libbcprov-java',
  '/usr/lib/python3/dist-packages/jks': 'python3-pyjks',
} as const;

/** @throws {Unavailable} naming the package that is missing */
export function need(...names: readonly (keyof typeof packages)[]): void {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  for (const name of names) {
    const found = name.startsWith('/') ? existsSync(name) : folders.some((folder) => isProgram(join(folder, name)));
    if (!found) throw new Unavailable(`${name} is missing (Debian: ${packages[name]})`);
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a tool that makes a workload. */
export function make(tool: 'java' | 'javac' | 'keytool' | 'openssl' | 'gcc', args: readonly string[]): void {
  need(tool);
  outputOf(tool, args);
}

/** Runs a program to its end, as a shell would with `> /dev/null`. Gives the milliseconds it took, and its standard error. */
export function runProgram(program: string, args: readonly string[]): { taken: number; stderr: string } {
  const started = performance.now();
  const { error, status, signal, stderr } = spawnSync(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    // Java reads its arguments in the encoding of the locale.
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  const taken = performance.now() - started;
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${signal ?? status}: ${stderr}`);
  return { taken, stderr };
}

/** Milliseconds from the start of a program to its end. */
export function timeProgram(program: string, args: readonly string[]): number {
  return runProgram(program, args).taken;
}
