/** Overwrites bytes that were secret. Copies that the engine made on its own are beyond reach. */
export function wipe(...secrets: readonly (Uint8Array | undefined)[]): void {
  for (const bytes of secrets) bytes?.fill(0);
}
