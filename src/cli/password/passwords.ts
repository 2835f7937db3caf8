import { KeyUnrecoverableError, StoreIntegrityError } from '../../errors.js';
import { UsageError } from '../command-errors.js';
import { addHint } from '../hints.js';
import type { Host } from '../host.js';
import type { Report } from '../report.js';
import { passwordSources } from '../shared-options.js';
import { ask } from '../terminal/prompt.js';
import { errorScreen, layOut } from '../terminal/screen.js';
import { originOf, PasswordSources } from './password-source.js';

/** Password sources from the options of a command. */
export interface PasswordOptions {
  readonly storepass?: string;
  readonly keypass?: string;
}

const variables = { storepass: 'JKS2PEM_STOREPASS', keypass: 'JKS2PEM_KEYPASS' } as const;

/** Number of attempts to type a password, the same as the default of sudo(8). */
const tries = 3;

/** The code of the warning about a password file that other users can read. */
export const passwordFileWarning = 'WARN_PASSWORD_FILE_READABLE';

/** The passwords of a run. Each comes from an option, or else from the environment, or else from the user at the terminal. */
export class Passwords {
  readonly #sources: PasswordSources;
  /** Where the store password came from, for the message if it is wrong. */
  #storeOrigin: string | undefined;

  constructor(
    private readonly options: PasswordOptions,
    private readonly host: Host,
    private readonly report: Report,
  ) {
    this.#sources = new PasswordSources(host, (message) => report.warn({ code: passwordFileWarning, message }));
  }

  /** Returns the password from the option or the environment; undefined if there is none. */
  given(kind: keyof PasswordOptions): string | undefined {
    const source = this.options[kind];
    const password = source === undefined ? this.#fromVariable(kind) : this.#sources.read(source, `--${kind}`);
    if (kind === 'storepass' && password !== undefined)
      this.#storeOrigin = originOf(source ?? `env:${variables[kind]}`);
    return password;
  }

  /** Returns the key passwords of all `--keypass` options; without this option, the one in the environment, if there is one. */
  keyPasswords(sources: readonly string[] | undefined): string[] {
    if (sources !== undefined) return sources.map((source) => this.#sources.read(source, '--keypass'));
    const password = this.#fromVariable('keypass');
    return password === undefined ? [] : [password];
  }

  #fromVariable(kind: keyof PasswordOptions): string | undefined {
    const name = variables[kind];
    return this.host.environment(name) === undefined ? undefined : this.#sources.read(`env:${name}`, `--${kind}`);
  }

  /** Returns the password from the source that `--encrypt-key` names; undefined without that option. */
  toEncryptWith(source: string | undefined): string | undefined {
    if (source === undefined) return undefined;
    const password = this.#sources.read(source, '--encrypt-key');
    if (password === '') throw new UsageError('--encrypt-key: an empty password protects nothing');
    return password;
  }

  /** The environment variables that may contain passwords. */
  get secretVariables(): readonly string[] {
    return [...Object.values(variables), ...this.#sources.variables];
  }

  /**
   * Asks the user for a password.
   * @returns undefined if there is no terminal
   */
  ask(what: string): Promise<string | undefined> {
    return ask(this.host, { text: `${this.#inOneLine(what)}: ` });
  }

  /**
   * Opens a keystore with the password from the option or the environment; without one, asks the user, at most three times.
   * @param open throws {@link StoreIntegrityError} if the password is wrong
   * @throws {UsageError} if there is neither a password nor a terminal
   */
  async openStore<T>(store: string, open: (password: string) => Promise<T>): Promise<T> {
    const given = this.given('storepass');
    if (given !== undefined) return this.explaining(() => open(given));
    return this.#asking(`Password of ${store}`, open, async () => this.#refuse(store));
  }

  /**
   * Opens a keystore that may need no password: with the password from the option or the environment; without one, asks the user. An
   * empty answer means no password. If there is no terminal to ask on, opens the keystore without a password.
   */
  async openStoreIfGiven<T>(store: string, open: (password: string | undefined) => Promise<T>): Promise<T> {
    const given = this.given('storepass');
    if (given !== undefined) return this.explaining(() => open(given));
    const orNone = (password: string) => open(password === '' ? undefined : password);
    return this.#asking(`Password of ${store} (Enter for none)`, orNone, () => open(undefined));
  }

  /**
   * Asks the user for the password of a key and decrypts the key, with at most three attempts.
   * @param open decrypts the key; throws {@link KeyUnrecoverableError} if the password is wrong
   * @param error thrown if there is no terminal
   */
  async openWithKeyPassword<T>(alias: string, open: (password: string) => Promise<T>, error: Error): Promise<T> {
    return this.#asking(`Password of key "${alias}"`, open, () => Promise.reject(error));
  }

  /**
   * Returns the store password from the option or the environment, without testing it; without one, asks the user, at most three times.
   * @param test tests a typed password; throws {@link StoreIntegrityError} if it is wrong
   * @throws {UsageError} if there is neither a password nor a terminal
   */
  async storePassword(store: string, test?: (password: string) => Promise<unknown>): Promise<string> {
    const given = this.given('storepass');
    if (given !== undefined) return given;
    const open = async (password: string) => {
      await test?.(password);
      return password;
    };
    return this.#asking(`Password of ${store}`, open, async () => this.#refuse(store));
  }

  /**
   * Does the work. If it fails because a password is wrong, adds a hint to the error: a possible mistake in a password that was read, or
   * else where the store password came from.
   */
  async explaining<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isWrongPassword(error)) throw error;
      const { doubt } = this.#sources;
      if (doubt !== undefined) addHint(error, doubt);
      else if (error instanceof StoreIntegrityError && this.#storeOrigin !== undefined)
        addHint(error, `the password was read from ${this.#storeOrigin}`);
      throw error;
    }
  }

  howToGive(kind: keyof PasswordOptions): string {
    return `--${kind} ${passwordSources.replace(' or ', ', ')}, or the variable ${variables[kind]}`;
  }

  async #asking<T>(
    question: string,
    open: (password: string) => Promise<T>,
    withoutTerminal: () => Promise<T>,
  ): Promise<T> {
    for (let left = tries; ; left--) {
      const password = await this.ask(question);
      if (password === undefined) return withoutTerminal();
      try {
        return await open(password);
      } catch (error) {
        if (!isWrongPassword(error) || left === 1) throw error;
        this.report.error('wrong password; try again');
      }
    }
  }

  #refuse(store: string): never {
    throw new UsageError(
      `${store}: the store password is needed, and there is no terminal to ask on`,
      this.howToGive('storepass'),
    );
  }

  /** Escapes control characters in a question, because it may contain an alias from a keystore. The question stays one line. */
  #inOneLine(text: string): string {
    return layOut([text], { ...errorScreen(this.host), columns: undefined }).trimEnd();
  }
}

function isWrongPassword(error: unknown): error is Error {
  return error instanceof StoreIntegrityError || error instanceof KeyUnrecoverableError;
}
