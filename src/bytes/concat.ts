/** Joins byte arrays. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return join(parts);
}

/** Joins byte arrays as {@link concat} does, but accepts lists that are longer than the maximum number of arguments of a call. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  return joinInto(new Uint8Array(length), parts);
}

/**
 * Copies the parts one after another to the start of `target`.
 * @returns `target`
 */
export function joinInto(target: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  let at = 0;
  for (const part of parts) {
    target.set(part, at);
    at += part.length;
  }
  return target;
}
