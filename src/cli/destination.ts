import type { ConvertOptions, Rights } from './conversion-options.js';

/** Where a result is to go, and what is to happen then. */
export interface Destination {
  readonly out: string;
  readonly layout: ConvertOptions['layout'];
  readonly rights: Rights;
  /** The password that keys are encrypted with, if they are. */
  readonly encryptKey?: string;
  readonly deployHook?: string;
  /** Environment variables that are not for the hook to see. */
  readonly secretVariables: readonly string[];
  readonly dryRun: boolean;
}
