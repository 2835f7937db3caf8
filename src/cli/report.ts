import type { Warning } from '../warnings.js';
import type { Host } from './host.js';
import { printable } from './terminal/printable.js';

/** What the command says beside its result: all of it on standard error, each line under the command's name. */
export class Report {
  readonly #warnings: Warning[] = [];

  constructor(
    private readonly host: Host,
    /** With `-q`, only errors and their hints. */
    private readonly quiet: boolean,
  ) {}

  say(message: string): void {
    if (!this.quiet) this.#line('', message);
  }

  warning(message: string): void {
    if (!this.quiet) this.#line('warning: ', message);
  }

  /** A warning that is remembered, for `--json` and `--strict`. */
  warn(warning: Warning): void {
    this.#warnings.push(warning);
    this.warning(warningText(warning));
  }

  /** Every warning so far, in order. */
  get warnings(): readonly Warning[] {
    return this.#warnings;
  }

  /** Says the warnings that `-q` kept back, because they have become the reason of a refusal. */
  repeatWarnings(): void {
    if (this.quiet) for (const warning of this.#warnings) this.#line('warning: ', warningText(warning));
  }

  /** A warning that is the reason of a refusal, and said whatever the user wanted to hear. */
  reason(message: string): void {
    this.#line('warning: ', message);
  }

  error(message: string): void {
    this.#line('error: ', message);
  }

  hint(message: string): void {
    this.#line('hint: ', message);
  }

  #line(kind: string, message: string): void {
    this.host.writeError(`jks2pem: ${kind}${printable(message)}\n`);
  }
}

export function warningText({ alias, message }: Warning): string {
  return alias === undefined ? message : `"${alias}": ${message}`;
}
