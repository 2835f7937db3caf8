import { faultsIn } from './fault.js';

/** Known answers, then files that each use one derivation. */
const likely = [
  'crypto/known',
  'crypto/digest',
  'crypto/',
  'limits',
  'keystore/pkcs12.',
  'keystore/bcfks',
  'keystore/pkcs12-h',
  'keystore/b',
];

/** Passwords to keys: PKCS#12's own derivation, PBKDF1, PBKDF2, scrypt, Java's chains of MD5. */
export const keyDerivationFaults = faultsIn('crypto', likely, [
  ['kdf/pkcs12-kdf.ts', 'the purpose byte of MAC keys is that of keys', 'macKey: 3', 'macKey: 1'],
  ['kdf/pkcs12-kdf.ts', 'the purpose byte of IVs is that of MAC keys', 'iv: 2', 'iv: 3'],
  ['kdf/pkcs12-kdf.ts', 'the one is not added to salt and password', 'let carry = 1;', 'let carry = 0;'],
  ['kdf/pkcs12-kdf.ts', 'a carry is lost', 'carry = sum >> 8;', 'carry = 0;'],
  [
    'kdf/pkcs12-kdf.ts',
    'the sum is counted from its most significant byte',
    'for (let i = v - 1; i >= 0; i--)',
    'for (let i = 0; i < v; i++)',
  ],
  [
    'kdf/pkcs12-kdf.ts',
    'SHA-384 has the block of SHA-256',
    "['sha384', { digest: 48, block: 128 }]",
    "['sha384', { digest: 48, block: 64 }]",
  ],
  [
    'kdf/pkcs12-kdf.ts',
    'SHA3-256 has the rate of SHA3-224',
    "['sha3-256', { digest: 32, block: 136 }]",
    "['sha3-256', { digest: 32, block: 144 }]",
  ],
  [
    'kdf/pkcs12-kdf.ts',
    'an empty password fills a block with zeros',
    'return Math.ceil(length / multiple) * multiple;',
    'return Math.max(1, Math.ceil(length / multiple)) * multiple;',
  ],
  [
    'kdf/pkcs12-kdf.ts',
    'a part of a block of output is not paid for',
    'iterations * Math.ceil(length / digestLength(hash))',
    'iterations * Math.floor(length / digestLength(hash))',
  ],
  [
    'pbe/bouncy-castle-pbe.ts',
    'the MAC key of BKS is derived as a key',
    'salt, iterations, Purpose.macKey, keyLength)',
    'salt, iterations, Purpose.key, keyLength)',
  ],
  [
    'pbe/bouncy-castle-pbe.ts',
    'the IV is not paid for',
    'pkcs12Hashes(hash, iterations, tripleDes.keyLength) + pkcs12Hashes(hash, iterations, tripleDes.ivLength)',
    'pkcs12Hashes(hash, iterations, tripleDes.keyLength)',
  ],
  [
    'pbe/pbes1.ts',
    'one iteration too many',
    'digest(scheme.hash, password, salt), iterations - 1)',
    'digest(scheme.hash, password, salt), iterations)',
  ],
  [
    'pbe/pbes1.ts',
    'key and IV are exchanged',
    'derived.subarray(0, 8), derived.subarray(8, 16)',
    'derived.subarray(8, 16), derived.subarray(0, 8)',
  ],
  [
    'pbe/pbes1.ts',
    'RC2 keeps 40 bits of its key',
    'decryptRc2Cbc(key, 64, iv, ciphertext)',
    'decryptRc2Cbc(key, 40, iv, ciphertext)',
  ],
  [
    'hash/wasm-module.ts',
    'the sign of a constant is lost',
    'left >= -0x40 && left < 0x40',
    'left >= -0x40 && left < 0x80',
  ],
  [
    'kdf/password-derivation.ts',
    'PBKDF2 uses SHA-256 where nothing is said',
    "? 'sha1' : readHmac",
    "? 'sha256' : readHmac",
  ],
  [
    'kdf/password-derivation.ts',
    'a long key of PBKDF2 is paid for once',
    'hashes: iterations * Math.ceil(length / digestLength(prf))',
    'hashes: iterations',
  ],
  ['kdf/password-derivation.ts', 'the parallelism of scrypt has no limit', 'Math.max(r, p), path);', 'r, path);'],
  [
    'kdf/password-derivation.ts',
    'the memory of scrypt is counted without its block size',
    'const memory = 128 * N * r;',
    'const memory = 128 * N;',
  ],
  ['kdf/password-derivation.ts', "scrypt's N may be any number", 'if (N < 2 || !isPowerOfTwo(N))', 'if (N < 2)'],
  [
    'kdf/password-derivation.ts',
    "scrypt's N may pass its bound by one bit",
    'Math.log2(N) >= 16 * r',
    'Math.log2(N) > 16 * r',
  ],
  ['kdf/password-derivation.ts', 'the work of scrypt is that of one lane', 'hashes: N * r * p }', 'hashes: N * r }'],
  [
    'kdf/password-derivation.ts',
    'the length of a derived key has no limit',
    "  requireWithin(limits, 'derivedKeyBytes', length, path);\n",
    '',
  ],
  ['pbe/pbe-parameters.ts', 'no iteration at all is allowed', 'if (iterations < 1)', 'if (iterations < 0)'],
  [
    'pbe/pbe-parameters.ts',
    'a count that Java cannot hold is taken',
    'if (iterations >= 2 ** 31)',
    'if (iterations > 2 ** 31)',
  ],
  [
    'pbe/pbe-parameters.ts',
    'the length of a salt has no limit',
    "  requireWithin(limits, 'saltBytes', salt.length, path);\n",
    '',
  ],
  ['kdf/iteration-budget.ts', 'nothing is booked', 'this.#spent += work.hashes;', 'this.#spent = work.hashes;'],
  [
    'kdf/iteration-budget.ts',
    'the count that the file states has no limit',
    "    requireWithin(this.limits, 'iterations', work.iterations, where);\n",
    '',
  ],
  [
    'kdf/bcfks-derivation.ts',
    'the purpose stands before the password',
    'concat(bouncyCastlePassword(password), bouncyCastlePassword(purpose))',
    'concat(bouncyCastlePassword(purpose), bouncyCastlePassword(password))',
  ],
  [
    'kdf/bcfks-derivation.ts',
    'scrypt parameters are not tried as they stand in the file',
    'return attempt(first) ?? (changed && attempt(readPasswordDerivation(element, limits, path)));',
    'return attempt(first);',
  ],
  [
    'kdf/bcfks-derivation.ts',
    'scrypt parameters are taken as they stand in the file only',
    'const changed = withBlockSizeForParallelism(element);',
    'const changed = undefined;',
  ],
]);
