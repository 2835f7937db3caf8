import type { Warning } from '../../warnings.js';
import { describeFailure, exitCodeOf, type Failure } from '../command-errors.js';
import { optionToKeyNames } from '../configuration/option-to-key-names.js';
import type { WrittenFile } from '../convert/result-json.js';
import type { RenewOptions } from './options.js';

/** The result for one keystore of the configuration. */
export interface RenewalResult {
  readonly name: string;
  readonly keystore: string;
  /** `current`: nothing changed. `refused`: nothing was written, because there are warnings and `strict` is set. */
  readonly end: 'renewed' | 'current' | 'refused' | 'failed';
  readonly outputs: readonly OutputResult[];
  readonly hooks: readonly HookResult[];
  readonly warnings: readonly Warning[];
  readonly failure?: Failure;
  readonly exitCode: number;
}

export interface OutputResult {
  readonly path: string;
  readonly changed: boolean;
  readonly files: readonly WrittenFile[];
  /** The JSON of the output, the same as that of `convert --json`; undefined without `--json`. */
  readonly json: object | undefined;
}

/** One run of a deploy hook. */
export interface HookResult {
  readonly command: string;
  /** The directory of the files, which is the value of `RENEWED_LINEAGE`. */
  readonly directory: string;
  readonly ok: boolean;
  readonly message?: string;
}

/** Describes the failure of a configured keystore. Hints, and messages of usage errors, name keys of the configuration file instead of options. */
export function failureOf(error: unknown): { readonly failure: Failure; readonly exitCode: number } {
  const { hint, code, message } = describeFailure(error);
  return {
    failure: {
      code,
      message: code === 'ERR_USAGE' ? optionToKeyNames(message) : message,
      ...(hint !== undefined && { hint: optionToKeyNames(hint) }),
    },
    exitCode: exitCodeOf(error),
  };
}

/** Returns the object that `renew --json` prints for a keystore. */
export function renewalJson(
  { name, keystore, end, outputs, hooks, warnings, failure }: RenewalResult,
  { dryRun }: Pick<RenewOptions, 'dryRun'>,
): object {
  return {
    name,
    keystore,
    changed: end === 'renewed' || (end === 'failed' && outputs.some(({ changed }) => changed)),
    outputs: outputs.map(({ json, ...output }) => ({ ...output, ...json })),
    hooks,
    warnings,
    ...(dryRun && { dryRun }),
    ...(failure && { error: failure }),
  };
}

export function summary(results: readonly RenewalResult[], { dryRun }: Pick<RenewOptions, 'dryRun'>): string {
  const count = (end: RenewalResult['end']) => results.filter((result) => result.end === end).length;
  const parts = [`${count('renewed')} ${dryRun ? 'would be renewed' : 'renewed'}`, `${count('current')} up to date`];
  for (const end of ['refused', 'failed'] as const) if (count(end) > 0) parts.push(`${count(end)} ${end}`);
  return `${results.length} keystores: ${parts.join(', ')}`;
}
