import type { KeyStore } from '../keystore/types.js';

/** Lines that show which certificate certifies which. */
export function certificateTree(_store: KeyStore, _now: Date): string[] {
  return [];
}
