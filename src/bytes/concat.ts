/** One array with the parts' bytes in order. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return join(parts);
}

/** As {@link concat}, for a list that may be longer than the arguments of a call. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  return joinInto(new Uint8Array(length), parts);
}

/** Copies the parts in order to the start of `target`. @returns `target` */
export function joinInto(target: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  let at = 0;
  for (const part of parts) {
    target.set(part, at);
    at += part.length;
  }
  return target;
}
