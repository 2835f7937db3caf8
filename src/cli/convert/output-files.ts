import type { ConversionResult } from '../../convert/convert.js';
import type { TrustedConversionResult } from '../../convert/convert-trusted.js';
import type { PrivateKey } from '../../crypto/key/private-key.js';
import type { FileContent } from '../../deploy/target.js';
import type { ConvertOptions, Rights } from './options.js';

/** Modes of new files: a key is for its owner alone, certificates are for everyone. */
const keyMode = 0o600;
const certificateMode = 0o644;

export type Result = ConversionResult | TrustedConversionResult;

/** One of the files that a result consists of. */
export interface OutputFile {
  /** Its name in the directory of the `certbot` layout; undefined for the only file of a `bundle`. */
  readonly name: string | undefined;
  readonly content: Uint8Array;
  /** Whether it holds keys, in the clear or not. */
  readonly isSecret: boolean;
}

/** Under which rights files are written, and how it is known that they have not changed. */
export interface WritingOptions {
  readonly rights: Rights;
  /** The password that keys are encrypted with, if they are. */
  readonly encryptKey?: string;
}

/** The files that a result consists of: `bundle` is one, `certbot` four. */
export async function outputFiles(result: Result, layout: ConvertOptions['layout']): Promise<OutputFile[]> {
  if (!('groups' in result)) return [{ name: undefined, content: result.pem, isSecret: false }];
  const [group] = result.groups;
  if (layout === 'bundle' || group === undefined) return [{ name: undefined, content: result.pem, isSecret: true }];
  const { toCertbotFiles } = await import('../../pem/certbot-files.js');
  return Object.entries(toCertbotFiles(group.keyPem, group.path)).map(([name, content]) => {
    return { name, content, isSecret: name === 'privkey.pem' };
  });
}

/** What is to stand in a file. */
export function fileContent(
  { content, isSecret, name }: OutputFile,
  keys: readonly PrivateKey[],
  { rights, encryptKey }: WritingOptions,
): FileContent {
  // The mode that is asked for is that of the secret; what stands beside it is public.
  const { mode: _, ...others } = rights;
  if (!isSecret) return { content, defaultMode: certificateMode, ...(name === undefined ? rights : others) };
  const plain = { content, defaultMode: keyMode, ...rights };
  if (encryptKey === undefined) return plain;
  return {
    ...plain,
    isCurrent: async (existing) => {
      const { isSameButForEncryption } = await import('../../pem/same-keys.js');
      return isSameButForEncryption(existing, content, keys, encryptKey);
    },
  };
}

/** The keys of a result; none if it is a truststore's. */
export function keysOf(result: Result): PrivateKey[] {
  return 'groups' in result ? result.groups.map(({ key }) => key) : [];
}

/** What the files hold, in a few words. */
export function describeContents(result: Result): string {
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
  if (!('groups' in result)) return count(result.certificates.length, 'trusted certificate');
  return result.groups
    .map(({ key, path }) => `${key.algorithm} key and ${count(path.certificates.length, 'certificate')}`)
    .join(', ');
}
