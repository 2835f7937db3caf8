import { vi } from 'vitest';

/** Bytes that are overwritten with zeros from now on, as they were before, one character each; until mocks are restored. */
export function watchWiping(): string[] {
  const wiped: string[] = [];
  const fill = Uint8Array.prototype.fill;
  vi.spyOn(Uint8Array.prototype, 'fill').mockImplementation(function (this: Uint8Array, ...given) {
    if (given[0] === 0) wiped.push(Buffer.from(this).toString('latin1'));
    return fill.apply(this, given);
  });
  return wiped;
}
