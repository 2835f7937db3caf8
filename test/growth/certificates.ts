import { newKey, party, root, type Signer, signer } from '../x509/certificate-maker.js';

/** A signature that takes no time to make; where it is checked, it is wrong. */
export const unchecked: Signer = { ...signer('1.2.840.10045.4.3.2', 'sha256'), sign: () => new Uint8Array(70) };
/** The key of every certificate that needs none of its own. */
export const key = newKey();

const made: Uint8Array[] = [];

/** Certificates of different names. They are made once for all fields, because making them takes longer than the work that is measured. */
export function differentCertificates(count: number): Uint8Array[] {
  while (made.length < count) made.push(root(party(`CA ${made.length}`, key), { signer: unchecked }).der);
  return made.slice(0, count);
}
