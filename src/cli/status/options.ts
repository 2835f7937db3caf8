import type { CheckOptions } from '../shared-options.js';

/** The options of `status`, as commander parses them. */
export interface StatusOptions extends CheckOptions {
  readonly config?: string;
  readonly probe?: boolean;
  readonly json?: boolean;
  readonly nagios?: boolean;
}
