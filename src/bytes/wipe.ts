/** Overwrites bytes that were secret. Copies that the engine made on its own are beyond reach. */
export function wipe(...secrets: readonly (Uint8Array | undefined)[]): void {
  for (const bytes of secrets) bytes?.fill(0);
}

/** Does what makes something of secret bytes; if that fails, nobody is left to overwrite them, and it is done here. */
export function wipingOnError<T>(secrets: readonly Uint8Array[], use: () => T): T {
  try {
    return use();
  } catch (error) {
    for (const bytes of secrets) wipe(bytes);
    throw error;
  }
}
