import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

/** What the numbers were measured on, in a sentence. */
export function machine(): string {
  const [cpu] = cpus();
  const versions = [
    `Node ${process.version.slice(1)}`,
    versionOf('OpenSSL', 'openssl', 'version'),
    versionOf('Java', 'java', '--version'),
  ];
  return `${versions.filter((version) => version !== undefined).join(', ')}; ${cpus().length} × ${cpu?.model.trim()}.`;
}

/** The first number with dots that a program says. */
function versionOf(name: string, program: string, option: string): string | undefined {
  const version = /\d+(\.\d+)+\w*/.exec(spawnSync(program, [option], { encoding: 'utf8' }).stdout ?? '')?.[0];
  return version && `${name} ${version}`;
}
