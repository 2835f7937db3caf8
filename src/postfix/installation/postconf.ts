import { spawnSync } from 'node:child_process';
import { isAbsolute, join } from 'node:path';
import { PostfixError } from '../../errors.js';

/** Directories of system programs, in the order in which they are searched. Only root can write into them. */
const systemDirectories = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];
/**
 * The environment of the programs that are run: what they need, and nothing that concerns this one. The password may be in
 * ours.
 */
const environment = { PATH: systemDirectories.join(':'), LC_ALL: 'C' };
/** Milliseconds; postconf reads two files and takes a few hundredths of a second. */
const timeout = 30_000;
/** Octets; `postconf -d` prints about 50 KB. */
const maximumOutput = 4 * 2 ** 20;

/**
 * Where a program may be: the system's directories first, so that a program of the same name elsewhere is not run as root;
 * then the absolute directories of the search path.
 */
export function programPlaces(name: string, searchPath = ''): string[] {
  const directories = [...systemDirectories, ...searchPath.split(':').filter(isAbsolute)];
  return [...new Set(directories)].map((directory) => join(directory, name));
}

/** Asks a Postfix about itself. */
export class Postconf {
  private constructor(
    private readonly program: string,
    private readonly directory: string | undefined,
  ) {}

  /**
   * @param directory where main.cf is; postconf ignores a relative path without a word
   * @param places where postconf may be
   * @throws {PostfixError} if there is no Postfix
   */
  static find(directory: string | undefined, places: readonly string[]): Postconf {
    for (const program of places) {
      const { error } = spawnSync(program, ['-d', 'mail_version'], { timeout, env: environment });
      if (error === undefined) return new Postconf(program, directory);
    }
    throw new PostfixError('Postfix is not installed here: there is no postconf');
  }

  /**
   * What it prints. Its warnings are about what the rules find themselves.
   * @throws {PostfixError} if it fails
   */
  print(...options: readonly string[]): string {
    const { status, stdout, stderr } = this.#run(options);
    if (status === 0) return stdout;
    const reason = stderr.trim().split('\n').at(-1) ?? '';
    throw new PostfixError(`postconf ${options.join(' ')}: ${reason || `exit ${status}`}`);
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
      timeout,
      maxBuffer: maximumOutput,
      env: environment,
    });
  }
}

/** Realms of the users in a sasldb, each once; undefined if they cannot be listed. */
export function listSaslRealms(path: string): string[] | undefined {
  for (const program of programPlaces('sasldblistusers2')) {
    const { error, status, stdout } = spawnSync(program, ['-f', path], { encoding: 'utf8', timeout, env: environment });
    if (error !== undefined) continue;
    if (status !== 0) return undefined;
    // user@realm: userPassword
    return [...new Set([...stdout.matchAll(/^[^\n]*@([^\s:@]+): userPassword$/gm)].map((match) => match[1] as string))];
  }
  return undefined;
}
