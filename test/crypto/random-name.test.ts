import { expect, test } from 'vitest';
import { randomName } from '../../src/crypto/random-name.js';

test('a name has 96 random bits, and never occurs twice', () => {
  const names = Array.from({ length: 100 }, randomName);
  expect(names.every((name) => /^[0-9a-f]{24}$/.test(name))).toBe(true);
  expect(new Set(names).size).toBe(100);
});
