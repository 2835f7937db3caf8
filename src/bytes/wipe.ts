/** Overwrites secret bytes with zeros. Copies that the JavaScript engine made cannot be overwritten. */
export function wipe(...secrets: readonly (Uint8Array | undefined)[]): void {
  for (const bytes of secrets) bytes?.fill(0);
}

/** Runs `use`. If it throws, the secrets are overwritten with zeros. */
export function wipingOnError<T>(secrets: readonly Uint8Array[], use: () => T): T {
  try {
    return use();
  } catch (error) {
    for (const bytes of secrets) wipe(bytes);
    throw error;
  }
}
