import type { ConvertOptions } from './options.js';
import type { WritingOptions } from './output-files.js';

/** Where a result is to go, and what is to happen then. */
export interface Destination extends WritingOptions {
  readonly out: string;
  readonly layout: ConvertOptions['layout'];
  readonly deployHook?: string;
  /** Environment variables that are not for the hook to see. */
  readonly secretVariables: readonly string[];
  readonly dryRun: boolean;
}
