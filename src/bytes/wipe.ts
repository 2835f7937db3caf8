/** Overwrites secret bytes with zeros. Copies that the JavaScript engine made are out of reach. */
export function wipe(...secrets: readonly (Uint8Array | undefined)[]): void {
  for (const bytes of secrets) bytes?.fill(0);
}

/** Runs `use`, and overwrites the secrets if it throws. */
export function wipingOnError<T>(secrets: readonly Uint8Array[], use: () => T): T {
  try {
    return use();
  } catch (error) {
    for (const bytes of secrets) wipe(bytes);
    throw error;
  }
}
