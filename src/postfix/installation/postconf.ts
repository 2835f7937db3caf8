import { spawnSync } from 'node:child_process';
import { ProbeError } from '../../errors.js';

/** Where postconf is when it is not in the search path, which for users other than root leaves out sbin. */
const usualPlaces = ['postconf', '/usr/sbin/postconf', '/usr/local/sbin/postconf'];
/** Milliseconds; postconf reads two files and is done at once. */
const patience = 30_000;
/** Octets; `postconf -d` prints about 50 KB. */
const maximumOutput = 4 * 2 ** 20;

/** Asks a Postfix about itself. */
export class Postconf {
  private constructor(
    private readonly program: string,
    private readonly directory: string | undefined,
  ) {}

  /** @throws {ProbeError} if there is no Postfix */
  static find(directory: string | undefined): Postconf {
    for (const program of usualPlaces) {
      const { error } = spawnSync(program, ['-d', 'mail_version'], { timeout: patience });
      if (error === undefined) return new Postconf(program, directory);
    }
    throw new ProbeError('Postfix is not installed here: there is no postconf');
  }

  /**
   * What it prints; its warnings are about what the rules find themselves.
   * @throws {ProbeError} if it fails
   */
  print(...options: readonly string[]): string {
    const { status, stdout, stderr } = this.#run(options);
    if (status === 0) return stdout;
    const reason = stderr.trim().split('\n').at(-1) ?? '';
    throw new ProbeError(`postconf ${options.join(' ')}: ${reason || `exit ${status}`}`);
  }

  /** Parameters that main.cf sets and this version does not know: it names them in its warnings alone. */
  unknownParameters(): string {
    const { stderr } = this.#run(['-n']);
    return [...stderr.matchAll(/: unused parameter: (\S+?)=(.*)$/gm)]
      .map(([, name, value]) => `${name} = ${value}\n`)
      .join('');
  }

  /** The same, for options that old versions do not know. */
  printIfKnown(...options: readonly string[]): string | undefined {
    const { status, stdout } = this.#run(options);
    return status === 0 ? stdout : undefined;
  }

  #run(options: readonly string[]) {
    const where = this.directory === undefined ? [] : ['-c', this.directory];
    return spawnSync(this.program, [...where, ...options], {
      encoding: 'utf8',
      timeout: patience,
      maxBuffer: maximumOutput,
    });
  }
}

/** Realms of the users in a sasldb, each once; undefined if they cannot be listed. */
export function listSaslRealms(path: string): string[] | undefined {
  for (const program of ['sasldblistusers2', '/usr/sbin/sasldblistusers2']) {
    const { error, status, stdout } = spawnSync(program, ['-f', path], { encoding: 'utf8', timeout: patience });
    if (error !== undefined) continue;
    if (status !== 0) return undefined;
    // user@realm: userPassword
    return [...new Set([...stdout.matchAll(/^[^\n]*@([^\s:@]+): userPassword$/gm)].map((match) => match[1] as string))];
  }
  return undefined;
}
