import type { Host } from '../host.js';

/** Minimum number of keystores for a progress bar. With fewer, the run ends before a user could read the bar. */
const worthABar = 8;
/** Time between two updates in milliseconds. */
const pauseMilliseconds = 100;
/** EL of ECMA-48: erases the line from the cursor to the end. */
const eraseRest = '\u001b[K';
const widestBar = 40;
/** Number of columns that is assumed if the width of the terminal is unknown. */
const usualColumns = 80;

/** Shows the progress of several conversions on standard error, if that is a terminal. The bar is erased at the end. */
export class ProgressBar {
  readonly #isShown: boolean;
  #done = 0;
  #failed = 0;
  #drawnAt = 0;
  #isDrawn = false;

  /** @param isWanted false with `--quiet`, or if JSON is printed to a terminal */
  constructor(
    private readonly total: number,
    private readonly host: Host,
    isWanted: boolean,
  ) {
    this.#isShown = isWanted && total >= worthABar && host.errorIsTerminal() && host.environment('TERM') !== 'dumb';
    this.#drawnAt = this.#isShown ? host.now().getTime() : 0;
  }

  advance(hasFailed: boolean): void {
    this.#done++;
    if (hasFailed) this.#failed++;
    if (!this.#isShown) return;
    const now = this.host.now().getTime();
    if (now - this.#drawnAt < pauseMilliseconds) return;
    this.#drawnAt = now;
    this.#isDrawn = true;
    // The width is read each time, because the user may have resized the window.
    this.host.writeError(`\r${this.#line(this.host.errorColumns() ?? usualColumns)}${eraseRest}`);
  }

  erase(): void {
    if (this.#isDrawn) this.host.writeError(`\r${eraseRest}`);
    this.#isDrawn = false;
  }

  /** Returns the bar. The last column stays empty, because some terminals begin a new line after it. */
  #line(columns: number): string {
    const failed = this.#failed > 0 ? `, ${this.#failed} failed` : '';
    const count = `${this.#done}/${this.total}${failed}`;
    const width = Math.min(widestBar, columns - 1 - count.length - '[] '.length);
    if (width < 4) return count.slice(0, Math.max(0, columns - 1));
    const filled = Math.floor((width * this.#done) / this.total);
    return `[${'='.repeat(filled)}${' '.repeat(width - filled)}] ${count}`;
  }
}
