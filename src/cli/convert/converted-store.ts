import { wipe } from '../../bytes/wipe.js';
import type { PrivateKey } from '../../crypto/key/private-key.js';
import type { Warning } from '../../warnings.js';
import { describeFailure, type Failure } from '../failure.js';
import { describeContents, keysOf, type OutputFile, outputFiles, type Result } from './output-files.js';
import type { ConversionPlan } from './plan.js';
import type { StoreConverter } from './store-converter.js';

/** How several keystores are converted, and what is to be known of each. */
export interface BatchPlan extends ConversionPlan {
  readonly wantsJson: boolean;
  readonly wantsDomains: boolean;
}

/** What a keystore gave: plain data, which can come from a thread. Holds keys: overwrite the files' contents when done. */
export interface ConvertedStore {
  readonly files: readonly OutputFile[];
  /** The keys in the clear, if they are encrypted in the files. */
  readonly keys: readonly PrivateKey[];
  readonly contents: string;
  readonly warnings: readonly Warning[];
  /** Host names that its certificates are for, if they are wanted. */
  readonly domains: readonly string[];
  /** What `--json` tells of it, if that is wanted. */
  readonly told: object | undefined;
}

export type StoreOutcome = ConvertedStore | { readonly failure: Failure };

/**
 * Reads and converts one of several keystores. Whatever stops it is in the outcome, since the others are to be converted still.
 * @param keyPass the password of keys that do not open with the store's, if the plan has none
 */
export async function convertStore(
  read: () => Uint8Array,
  converter: StoreConverter,
  plan: BatchPlan,
  keyPass?: string,
): Promise<StoreOutcome> {
  try {
    const result = await converter.convert(read(), keyPass);
    const files = await outputFiles(result, plan.layout);
    const keys = plan.encryptKey === undefined ? [] : keysOf(result);
    wipeRest(result, files, keys);
    return {
      files,
      keys,
      contents: describeContents(result),
      warnings: result.warnings,
      domains: plan.wantsDomains ? (await import('./renewed-domains.js')).domainsOf(result) : [],
      told: plan.wantsJson ? (await import('./json.js')).resultJson(result) : undefined,
    };
  } catch (error) {
    return { failure: describeFailure(error) };
  }
}

/** Overwrites what is secret in a result, but for what is handed on. */
function wipeRest(result: Result, files: readonly OutputFile[], keys: readonly PrivateKey[]): void {
  if (!('groups' in result)) return;
  const secrets = [result.pem, ...result.groups.flatMap(({ key, keyPem }) => [key.pkcs8, keyPem])];
  const kept = new Set([...files.map(({ content }) => content), ...keys.map(({ pkcs8 }) => pkcs8)]);
  wipe(...secrets.filter((secret) => !kept.has(secret)));
}
