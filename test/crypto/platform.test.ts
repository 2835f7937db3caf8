import { expect, test } from 'vitest';
import { hasHash } from '../../src/crypto/platform.js';

test.each([
  ['sha256', true],
  ['md5', true],
  ['no-such-hash', false],
])('%s is provided: %s', (name, is) => expect(hasHash(name)).toBe(is));
