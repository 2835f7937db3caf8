/** The options of `renew`, as commander parses them. */
export interface RenewOptions {
  readonly config?: string;
  readonly dryRun?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}
