import { vi } from 'vitest';

/** Bytes that are overwritten with zeros from now on, as they were before, one character each; until mocks are restored. */
export function watchWiping(): string[] {
  const wiped: string[] = [];
  // A Buffer has a method of its own.
  for (const prototype of [Uint8Array.prototype, Buffer.prototype]) {
    const fill: (this: Uint8Array, ...given: unknown[]) => Uint8Array = prototype.fill;
    vi.spyOn(prototype, 'fill').mockImplementation(function (this: Uint8Array, ...given: unknown[]) {
      if (given[0] === 0) wiped.push(Buffer.from(this).toString('latin1'));
      return fill.apply(this, given) as never;
    });
  }
  return wiped;
}
