import { spawnSync } from 'node:child_process';
import { isAbsolute, join } from 'node:path';
import { PostfixError } from '../../errors.js';

/** Directories of system programs, in the order in which they are searched. Usually only root can write to them. */
const systemDirectories = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];
/**
 * The environment of the programs that are run. They do not get the environment of this process, because it may contain the password of the
 * keystore (`--storepass env:NAME`).
 */
const environment = { PATH: systemDirectories.join(':'), LC_ALL: 'C' };
/** Timeout of a program in milliseconds. postconf reads two files, which takes less than 0.1 s. */
const timeout = 30_000;
/** Maximum output of a program in bytes. `postconf -d` prints about 50 KB. */
const maximumOutput = 4 * 2 ** 20;

/**
 * Returns the paths at which a program is searched for: first the system's directories, so that a program with the same name elsewhere is
 * not run as root, then the absolute directories of the search path.
 */
export function programPlaces(name: string, searchPath = ''): string[] {
  const directories = [...systemDirectories, ...searchPath.split(':').filter(isAbsolute)];
  return [...new Set(directories)].map((directory) => join(directory, name));
}

/** Runs postconf(1) for one installation. */
export class Postconf {
  private constructor(
    private readonly program: string,
    private readonly directory: string | undefined,
  ) {}

  /**
   * Finds the first postconf that can be run.
   * @param directory the directory of main.cf; it must be absolute, because postconf silently ignores a relative path
   * @param places paths at which postconf is searched for
   * @throws {PostfixError} if no postconf can be run
   */
  static find(directory: string | undefined, places: readonly string[]): Postconf {
    for (const program of places) {
      const { error } = spawnSync(program, ['-d', 'mail_version'], { timeout, env: environment });
      if (error === undefined) return new Postconf(program, directory);
    }
    throw new PostfixError('Postfix is not installed here: there is no postconf');
  }

  /**
   * Runs postconf and returns its standard output. Warnings of postconf are ignored, because the rules report the same problems.
   * @throws {PostfixError} if postconf fails
   */
  print(...options: readonly string[]): string {
    const { status, stdout, stderr } = this.#run(options);
    if (status === 0) return stdout;
    const reason = stderr.trim().split('\n').at(-1) ?? '';
    throw new PostfixError(`postconf ${options.join(' ')}: ${reason || `exit ${status}`}`);
  }

  /**
   * Runs postconf with options that old versions do not have.
   * @returns undefined if postconf fails, as it does if its version does not have the options
   */
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

/**
 * Returns the realms of the users in a sasldb, without duplicates; undefined if they cannot be listed.
 * @param places paths at which sasldblistusers2 is searched for
 */
export function listSaslRealms(path: string, places: readonly string[]): string[] | undefined {
  for (const program of places) {
    const { error, status, stdout } = spawnSync(program, ['-f', path], { encoding: 'utf8', timeout, env: environment });
    if (error !== undefined) continue;
    if (status !== 0) return undefined;
    // The lines have the form user@realm: userPassword.
    return [...new Set([...stdout.matchAll(/^[^\n]*@([^\s:@]+): userPassword$/gm)].map((match) => match[1] as string))];
  }
  return undefined;
}
