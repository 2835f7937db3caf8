import type { StoreType } from './types.js';

/** Magic numbers of JavaKeyStore and JceKeyStore. */
const magics: ReadonlyMap<number, StoreType> = new Map([
  [0xfeedfeed, 'JKS'],
  [0xcececece, 'JCEKS'],
]);

/** The format of a keystore, told by its content alone; undefined if it is none. */
export function detectStoreType(bytes: Uint8Array): StoreType | undefined {
  if (bytes.length < 4) return undefined;
  if (bytes[0] === 0x30) return 'PKCS12';
  return magics.get(new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0));
}
