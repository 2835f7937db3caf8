import { join } from 'node:path';
import type { ConversionResult } from '../convert.js';
import type { FileContent } from '../deploy/target.js';
import type { TrustedConversionResult } from '../trusted.js';
import type { Destination } from './destination.js';

/** Modes of new files: a key is for its owner alone, certificates are for everyone. */
const keyMode = 0o600;
const certificateMode = 0o644;

export type Result = ConversionResult | TrustedConversionResult;

/** The files that a result consists of, by path. `bundle` gives one, at the path itself; `certbot` gives four inside it. */
export async function outputFiles(result: Result, to: Destination): Promise<Map<string, FileContent>> {
  const { out, rights } = to;
  const certificates = (content: Uint8Array): FileContent => ({ content, defaultMode: certificateMode, ...rights });
  if (!('groups' in result)) return new Map([[out, certificates(result.pem)]]);
  const [group] = result.groups;
  if (to.layout === 'bundle' || group === undefined) return new Map([[out, keyFile(result.pem, result, to)]]);
  const { toCertbotFiles } = await import('../pem/certbot-files.js');
  const files = new Map<string, FileContent>();
  // The mode that is asked for is that of the secret; the rest is public.
  const { mode: _, ...others } = rights;
  for (const [name, content] of Object.entries(toCertbotFiles(group.keyPem, group.path))) {
    const isKey = name === 'privkey.pem';
    files.set(
      join(out, name),
      isKey ? keyFile(content, result, to) : { content, defaultMode: certificateMode, ...others },
    );
  }
  return files;
}

function keyFile(content: Uint8Array, { groups }: ConversionResult, { rights, encryptKey }: Destination): FileContent {
  const plain = { content, defaultMode: keyMode, ...rights };
  if (encryptKey === undefined) return plain;
  const keys = groups.map(({ key }) => key);
  return {
    ...plain,
    isCurrent: async (existing) => {
      const { isSameButForEncryption } = await import('../pem/same-keys.js');
      return isSameButForEncryption(existing, content, keys, encryptKey);
    },
  };
}
