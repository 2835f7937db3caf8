import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll, beforeAll } from 'vitest';

/** Iterations of encryptPrivateKey, as its own test states; each of these derivations takes a tenth of a second or more. */
const usual = 600_000;

/**
 * In the tests of this file, PBKDF2 runs once instead of 600,000 times, for encryption and decryption alike. Only our own code can decrypt
 * such keys; that OpenSSL decrypts those of users is a test of test/crypto/pbe/encrypt-private-key.test.ts.
 */
export function encryptKeysQuickly(): void {
  const { pbkdf2, pbkdf2Sync } = crypto;
  const fewer = <T extends unknown[]>(inputs: T) => inputs.map((value) => (value === usual ? 1 : value)) as T;
  beforeAll(() => {
    crypto.pbkdf2 = (...inputs) => pbkdf2(...fewer(inputs));
    crypto.pbkdf2Sync = (...inputs) => pbkdf2Sync(...fewer(inputs));
    syncBuiltinESMExports();
  });
  afterAll(() => {
    Object.assign(crypto, { pbkdf2, pbkdf2Sync });
    syncBuiltinESMExports();
  });
}
