import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { answersOf, installPostconf } from '../postfix/installation/stand-in-postconf.js';
import { soundMain } from '../postfix/sound-installation.js';
import { project } from '../project.js';

/** What a command did; paths are those of the README. */
export interface Ending {
  readonly status: number | null;
  readonly output: string;
  readonly error: string;
}

/**
 * Sets the clock, sends every connection to the port on loopback that a test listens at, and answers for postconf, which
 * the command takes from the directories of the system.
 */
const preload = `
  const { NOW, PORT } = process.env;
  const [RealDate, now] = [Date, Date.parse(NOW)];
  globalThis.Date = class extends RealDate {
    constructor(...parts) { if (parts.length === 0) super(now); else super(...parts); }
    static now() { return now; }
  };
  const child = require('node:child_process');
  const { spawnSync } = child;
  child.spawnSync = (program, ...rest) =>
    spawnSync(program.endsWith('/postconf') ? __dirname + '/bin/postconf' : program, ...rest);
  require('node:module').syncBuiltinESMExports();
  const net = require('node:net');
  const { connect } = net;
  if (PORT) net.connect = (options, ...rest) => connect({ ...options, host: '127.0.0.1', port: Number(PORT) }, ...rest);
`;

/** A machine that is a directory: its own /etc, its own programs before those of the real one, and the time that the README was written. */
export class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), 'jks2pem-readme-'));

  /** @param packageFolder where the package is built */
  constructor(packageFolder: string) {
    this.install('preload.cjs', preload);
    this.installProgram('jks2pem', `exec '${process.execPath}' '${packageFolder}/bin/jks2pem.js' "$@"`);
    // npx gets the package from a registry; here it is the built one.
    this.installProgram('npx', 'exec "$@"');
    for (const name of ['npm', 'postfix']) this.installProgram(name, `echo ${name} "$@" >> '${this.folder}/log'`);
    mkdirSync(join(this.folder, 'etc/postfix'), { recursive: true });
    mkdirSync(join(this.folder, 'node_modules'));
    symlinkSync(packageFolder, join(this.folder, 'node_modules/jks2pem'));
    symlinkSync(join(project, 'fixtures'), join(this.folder, 'fixtures'));
    copyFileSync(join(project, 'fixtures/tomcat.keystore'), join(this.folder, 'tomcat.keystore'));
  }

  install(path: string, content: string, mode = 0o644): string {
    const place = join(this.folder, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, content);
    chmodSync(place, mode);
    return place;
  }

  copy(from: string, name: string): void {
    copyFileSync(from, join(this.folder, name));
  }

  installProgram(name: string, script: string): void {
    this.install(`bin/${name}`, `#!/bin/sh\n${script}\n`, 0o755);
  }

  /** A Postfix that speaks of itself: with TLS and passwords, and this machine's bundle. */
  installPostconf(): void {
    const main = { ...soundMain, smtpd_tls_chain_files: `${this.folder}/etc/postfix/example.pem` };
    installPostconf(join(this.folder, 'bin'), answersOf(this.folder, main));
  }

  /** Runs a line of shell as the README has it. */
  run(line: string, environment: Readonly<Record<string, string>> = {}): Promise<Ending> {
    return this.#spawn('/bin/sh', ['-ec', line.replaceAll('/etc/', `${this.folder}/etc/`)], environment);
  }

  /** Runs a module. */
  runNode(path: string): Promise<Ending> {
    return this.#spawn(process.execPath, [path], {});
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  #spawn(program: string, args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ending> {
    const child = spawn(program, args, {
      cwd: this.folder,
      env: {
        PATH: `${this.folder}/bin:${process.env['PATH']}`,
        NODE_OPTIONS: `--require ${this.folder}/preload.cjs`,
        NOW: '2026-10-22T12:00:00Z',
        JKS2PEM_STOREPASS: 'my-passphrase',
        LC_ALL: 'C.UTF-8',
        ...environment,
      },
      // No terminal, and nobody who types.
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let [output, error] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
    const told = (text: string) => text.replaceAll(`${this.folder}/`, '/');
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status) => resolve({ status, output: told(output), error: told(error) }));
    });
  }
}
