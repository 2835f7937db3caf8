import { describe, expect, test } from 'vitest';
import { effort } from '../effort.js';
import { runCase } from '../fuzz/fuzz-case.js';
import { cutFiles, takePrefix } from './prefix.js';
import { randomStrings } from './random-strings.js';

/** A short form of `npm run random`. */
const strings = effort(2_000, 20_000);
/** Lengths at which a file is cut, besides those at its very beginning and end. */
const cuts = effort(6, 24);

test(`${strings} strings that mean nothing are refused, or taken without a claim that they were checked`, async () => {
  const target = randomStrings();
  for (let seed = 1; seed <= strings; seed++) expect((await runCase(target, seed)).problem).toBeUndefined();
});

describe('what begins like a file is refused, or is what the whole is', () => {
  test.each(cutFiles())('$path', async (file) => {
    const { length } = file.bytes;
    const lengths = new Set(Array.from({ length: cuts + 1 }, (_, i) => Math.floor((length * i) / (cuts + 1))));
    for (const near of [1, 4, 8, length - 2, length - 1]) if (near >= 0 && near < length) lengths.add(near);
    for (const cut of lengths) await takePrefix(file, cut);
  });
});
