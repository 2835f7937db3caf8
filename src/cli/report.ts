import type { Host } from './host.js';
import { printable } from './printable.js';

/** What the command says beside its result: all of it on standard error, each line under the command's name. */
export class Report {
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
