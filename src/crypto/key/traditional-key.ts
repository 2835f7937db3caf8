import { StoreUnsupportedError } from '../../errors.js';
import { toKeyObject } from './key-pair.js';
import type { PrivateKey } from './private-key.js';

/** A key in the form that OpenSSL wrote before 1.0, and the label it goes by in PEM. */
export interface TraditionalKey {
  readonly label: string;
  /** Secret: overwrite it when done. */
  readonly der: Uint8Array;
}

/** RFC 8017 A.1.2 and RFC 5915 3. The other algorithms have no such form, or none that this OpenSSL still writes. */
const forms = {
  RSA: { label: 'RSA PRIVATE KEY', type: 'pkcs1' },
  EC: { label: 'EC PRIVATE KEY', type: 'sec1' },
} as const;

/** @throws {StoreUnsupportedError} if the algorithm has no traditional form */
export function toTraditionalKey(key: PrivateKey): TraditionalKey {
  const form = key.algorithm === 'RSA' || key.algorithm === 'EC' ? forms[key.algorithm] : undefined;
  const keyObject = form && toKeyObject(key);
  if (form === undefined || keyObject === undefined)
    throw new StoreUnsupportedError(`${key.algorithm} keys have no traditional form; only RSA and EC keys do`);
  return { label: form.label, der: keyObject.export({ format: 'der', type: form.type }) };
}
