import { UsageError } from '../failure.js';
import type { Host } from '../host.js';
import type { Report } from '../report.js';
import { PasswordSources } from './password-source.js';
import { askPassword } from './prompt.js';

/** Where a password was said to be. */
export interface PasswordOptions {
  readonly storepass?: string;
  readonly keypass?: string;
}

const variables = { storepass: 'JKS2PEM_STOREPASS', keypass: 'JKS2PEM_KEYPASS' } as const;

/** The passwords of one run: from the option, else from the environment, else asked for, each once. */
export class Passwords {
  readonly #sources: PasswordSources;

  constructor(
    private readonly options: PasswordOptions,
    private readonly host: Host,
    report: Report,
  ) {
    this.#sources = new PasswordSources(host, (message) =>
      report.warn({ code: 'WARN_PASSWORD_FILE_READABLE', message }),
    );
  }

  /** The password if one was given, without a question. */
  given(kind: keyof PasswordOptions): string | undefined {
    const source = this.options[kind];
    if (source !== undefined) return this.#sources.read(source, `--${kind}`);
    return this.host.environment(variables[kind]);
  }

  /** What `--encrypt-key` names, if it is given. */
  toEncryptWith(source: string | undefined): string | undefined {
    if (source === undefined) return undefined;
    const password = this.#sources.read(source, '--encrypt-key');
    if (password === '') throw new UsageError('--encrypt-key: an empty password protects nothing');
    return password;
  }

  /** Environment variables that hold passwords, or may. */
  get secretVariables(): readonly string[] {
    return [...Object.values(variables), ...this.#sources.variables];
  }

  /** Asks on the terminal; undefined without one. */
  ask(what: string): Promise<string | undefined> {
    return askPassword(this.host, `${what}: `);
  }

  /** @throws {UsageError} if none was given and nobody can be asked */
  async storePassword(store: string): Promise<string> {
    const password = this.given('storepass') ?? (await this.ask(`Password of ${store}`));
    if (password !== undefined) return password;
    throw new UsageError(
      `${store}: the store password is needed, and there is no terminal to ask on`,
      this.howToGive('storepass'),
    );
  }

  howToGive(kind: keyof PasswordOptions): string {
    return `--${kind} env:NAME, file:PATH, fd:N, stdin or pass:TEXT, or the variable ${variables[kind]}`;
  }
}
