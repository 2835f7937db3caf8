import { shortened } from '../bytes/bounded-text.js';
import type { Warning } from '../warnings.js';
import { isAllowed } from './allowed-codes.js';
import type { Host } from './host.js';
import { errorScreen, layOut, outputScreen, type Screen } from './terminal/screen.js';
import { asError, asWarning, type Text } from './terminal/text.js';

/*
 * The rules for output. All commands follow them, because they print their messages and listings with the functions of this file.
 *
 * - The result goes to standard output, and only the result: PEM, a listing, a verdict, JSON.
 * - Everything else goes to standard error. Each message begins with the name of the command:
 *   `jks2pem: …` for what was done, `jks2pem: warning: …`, `jks2pem: error: …`, and `jks2pem: hint: …` for what to type next.
 * - `-q` suppresses the messages about what was done, and in commands that check something also a result without problems. Warnings, errors
 *   and hints are still printed. `--allow CODE` suppresses one kind of warning.
 * - With `--json` a failure is printed twice: as JSON on standard output, as text on standard error.
 * - Questions go to /dev/tty, never to standard output or standard error. Passwords are not shown while they are typed.
 * - Text is wrapped between words at the width of a terminal; in a file or a pipe each message stays one line.
 * - Colours are used on terminals only (NO_COLOR and FORCE_COLOR override this): errors and expired certificates are red, warnings yellow,
 *   correct results green, names bold, hashes dim.
 * - Characters that move the cursor, hide text or reorder it are always escaped.
 * - Characters beyond ASCII are replaced if the locale is not UTF-8.
 */

/** Indent of the second and later rows of a message: the width of `jks2pem: `. */
const hang = 9;

/**
 * Maximum number of warnings with the same code that are printed. A hostile keystore can cause thousands. `--json` contains all of them.
 */
const mostOfOneKind = 20;

/** Prints messages to standard error, and collects the warnings among them. */
export class Report {
  readonly #warnings: Warning[] = [];
  readonly #counts = new Map<string, number>();
  #screen: Screen | undefined;

  /**
   * @param quiet whether messages about what was done are suppressed
   * @param allowed codes of warnings that are neither printed nor counted
   */
  constructor(
    private readonly host: Host,
    private readonly quiet: boolean,
    private readonly allowed: readonly string[] = [],
  ) {}

  /** Reports what was done. */
  say(message: Text): void {
    if (!this.quiet) this.#line([message]);
  }

  warning(message: Text): void {
    this.#line([asWarning('warning:'), ' ', message]);
  }

  /** Prints a warning, and keeps it for `--json` and `--strict`, unless it is allowed. */
  warn(warning: Warning): void {
    if (this.isAllowed(warning)) return;
    this.#warnings.push(warning);
    const count = (this.#counts.get(warning.code) ?? 0) + 1;
    this.#counts.set(warning.code, count);
    if (count <= mostOfOneKind) this.warning(warningText(warning));
    else if (count === mostOfOneKind + 1) this.warning(`more warnings like this are not shown [${warning.code}]`);
  }

  isAllowed({ code }: Pick<Warning, 'code'>): boolean {
    return isAllowed(code, this.allowed);
  }

  /** All warnings so far, in their order. */
  get warnings(): readonly Warning[] {
    return this.#warnings;
  }

  error(message: Text): void {
    this.#line([asError('error:'), ' ', message]);
  }

  hint(message: Text): void {
    this.#line(['hint: ', message]);
  }

  #line(message: Text): void {
    this.#screen ??= errorScreen(this.host);
    this.host.writeError(layOut([['jks2pem: ', message]], this.#screen, hang));
  }
}

/** Prints the lines of a result. */
export function writeLines(lines: readonly Text[], host: Host): void {
  host.writeOutput(Buffer.from(layOut(lines, outputScreen(host))));
}

/** Formats a warning in one line. Its code follows, because `--allow` needs it. */
export function warningText({ alias, message, code }: Warning): string {
  return `${alias === undefined ? message : `"${shortened(alias)}": ${message}`} [${code}]`;
}

/** Returns the texts of at most twenty warnings with each code, and then the numbers of the remaining ones. */
export function warningTexts(warnings: readonly Warning[]): string[] {
  const counts = new Map<string, number>();
  const texts: string[] = [];
  for (const warning of warnings) {
    const count = (counts.get(warning.code) ?? 0) + 1;
    counts.set(warning.code, count);
    if (count <= mostOfOneKind) texts.push(warningText(warning));
  }
  for (const [code, count] of counts)
    if (count > mostOfOneKind)
      texts.push(`… ${(count - mostOfOneKind).toLocaleString('en-US')} more like this [${code}]`);
  return texts;
}
