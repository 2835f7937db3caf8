import type { Warning } from '../../warnings.js';
import { type Failure, failureLine } from '../command-errors.js';
import { optionToKeyNames } from '../configuration/option-to-key-names.js';
import { describeLeaf } from '../convert/chain-text.js';
import { existingLeaves } from '../convert/existing-leaves.js';
import { warningHints } from '../hints.js';
import type { Host } from '../host.js';
import { type Report, warningText } from '../report.js';
import type { ConvertedOutput } from './convert-outputs.js';
import type { HookGroup } from './hook-groups.js';
import type { OutputResult } from './renewal-result.js';

/** Prints messages about one keystore of the configuration. Each message begins with the name of the keystore, except hints. */
export class RenewalReport {
  readonly #warnings: Warning[] = [];

  constructor(
    private readonly name: string,
    private readonly report: Report,
    private readonly host: Host,
  ) {}

  /** All warnings so far. */
  get warnings(): readonly Warning[] {
    return [...this.report.warnings, ...this.#warnings];
  }

  say(message: string): void {
    this.report.say(`${this.name}: ${message}`);
  }

  /** Prints a warning and keeps it for {@link warnings}, unless it is allowed or was printed before. */
  warn(warning: Warning): void {
    const isKnown = this.#warnings.some(({ code, message }) => code === warning.code && message === warning.message);
    if (isKnown || this.report.isAllowed(warning)) return;
    this.#warnings.push(warning);
    this.report.warning(`${this.name}: ${warningText(warning)}`);
  }

  /**
   * Prints a failure.
   * @param about what failed; printed before the message, unless the message begins with it
   */
  failed(failure: Failure, about?: string): void {
    const line = failureLine(failure);
    const subject = about === undefined || line.startsWith(about) ? '' : `${about}: `;
    this.report.error(`${this.name}: ${subject}${line}`);
    if (failure.hint !== undefined) this.report.hint(failure.hint);
  }

  refused(failure: Failure): void {
    this.failed(failure);
    const hints = this.warnings.map(({ code }) => warningHints[code]).filter((hint) => hint !== undefined);
    for (const hint of new Set(hints)) this.report.hint(optionToKeyNames(hint));
  }

  written(
    outputs: readonly ConvertedOutput[],
    results: readonly OutputResult[],
    { dryRun, now }: { readonly dryRun: boolean; readonly now: Date },
  ): void {
    outputs.forEach(({ output, converted }, i) => {
      const result = results[i];
      if (!result?.changed) return;
      this.say(`${dryRun ? 'would write' : 'wrote'} ${output.path}: ${converted.contents}`);
      if (!dryRun) return;
      for (const leaf of existingLeaves(result.files, this.host)) this.say(`  old: ${describeLeaf(leaf, now)}`);
      for (const leaf of converted.leaves) this.say(`  new: ${describeLeaf(leaf, now)}`);
    });
  }

  wouldRun({ command, directory }: HookGroup): void {
    this.say(`would run the deploy hook for ${directory}: ${command}`);
  }

  ran({ command, directory }: HookGroup): void {
    this.say(`ran the deploy hook for ${directory}: ${command}`);
  }

  current([first]: readonly ConvertedOutput[]): void {
    this.say(`up to date: ${first?.converted.contents ?? ''}`);
  }
}
