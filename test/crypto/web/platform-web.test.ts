import {
  constants,
  createCipheriv,
  createHash,
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  pbkdf2Sync,
  randomBytes,
  scryptSync,
  sign,
} from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type * as node from '../../../src/crypto/platform.js';
import * as web from '../../../src/crypto/platform-web.js';

/** The page has every function but these, which only the command and Node programs call, with the same types. */
const platform: Omit<typeof node, 'importPrivateKey' | 'isForHost'> = web;

const hashes = ['md5', 'sha1', 'ripemd160', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512-224', 'sha512-256'];
const sha3 = ['sha3-224', 'sha3-256', 'sha3-384', 'sha3-512'];
const content = Uint8Array.from({ length: 300 }, (_, at) => at % 251);
const [password, salt] = [content.subarray(0, 9), content.subarray(9, 20)];
/** Buffers and Uint8Arrays are equal if their octets are. */
const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');

describe('hashes', () => {
  it.each([...hashes, ...sha3])('%s', async (name) => {
    const digest = createHash(name).update(content).digest();
    expect(platform.hasHash(name)).toBe(true);
    expect(hex(platform.hashOnce(name, content, 'buffer'))).toBe(hex(digest));
    expect(platform.hashOnce(name, content, 'hex')).toBe(hex(digest));
    const running = platform.startHash(name);
    running.update(content.subarray(0, 7));
    running.update(content.subarray(7));
    expect(hex(running.digest())).toBe(hex(digest));
    expect(hex(platform.hmac(name, password, content))).toBe(hex(createHmac(name, password).update(content).digest()));
    for (const secret of [password, new Uint8Array()]) {
      const derived = hex(pbkdf2Sync(secret, salt, 3, 45, name));
      expect(hex(platform.pbkdf2Sync(name, secret, salt, 3, 45))).toBe(derived);
      expect(hex(await platform.pbkdf2(name, secret, salt, 3, 45))).toBe(derived);
    }
  });

  it('an unknown one', () => {
    expect(platform.hasHash('whirlpool')).toBe(false);
    expect(() => platform.hashOnce('whirlpool', content, 'hex')).toThrow('no hash whirlpool');
  });

  it('scrypt, within the limit on memory', async () => {
    const cost = { N: 16, r: 8, p: 2, maxmem: 2 ** 20 };
    const derived = hex(scryptSync(password, salt, 40, cost));
    expect(hex(platform.scryptSync(password, salt, 40, cost))).toBe(derived);
    expect(hex(await platform.scrypt(password, salt, 40, cost))).toBe(derived);
    expect(() => platform.scryptSync(password, salt, 40, { ...cost, maxmem: 1000 })).toThrow();
  });

  it('comparison, and random octets', () => {
    expect(platform.timingSafeEqual(content, content.slice())).toBe(true);
    expect(platform.timingSafeEqual(content, content.slice(1))).toBe(false);
    expect(platform.timingSafeEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(hex(platform.randomBytes(16))).not.toBe(hex(platform.randomBytes(16)));
  });
});

describe('ciphers', () => {
  it.each([
    ['aes-128-cbc', 16, 16],
    ['aes-192-cbc', 24, 16],
    ['aes-256-cbc', 32, 16],
    ['des-ede3-cbc', 24, 8],
  ])('%s, more than one slice', (name, keyLength, blockLength) => {
    const [key, iv, plain] = [randomBytes(keyLength), randomBytes(blockLength), randomBytes(40_000)];
    const cipher = createCipheriv(name, key, iv).setAutoPadding(false);
    const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
    expect(hex(platform.decryptCbc(name, key, iv, encrypted))).toBe(hex(plain));
    expect(() => platform.decryptCbc(name, key.subarray(1), iv, encrypted)).toThrow();
  });

  it('AES-256-CBC pads', () => {
    const [key, iv] = [randomBytes(32), randomBytes(16)];
    const cipher = createCipheriv('aes-256-cbc', key, iv);
    const expected = hex(Buffer.concat([cipher.update(content), cipher.final()]));
    expect(hex(Buffer.concat(platform.encryptCbc('aes-256-cbc', key, iv, content)))).toBe(expected);
  });

  it.each(['camellia-128-cbc', 'aria-256-cbc', 'aes-128-cbc'])('%s with a key of 300 octets is refused', (name) =>
    expect(() => platform.decryptCbc(name, content, salt, content)).toThrow(`no cipher ${name}`),
  );

  it.each([
    ['aes-128-gcm', 16, 12, 16],
    ['aes-256-gcm', 32, 12, 12],
    ['aes-192-gcm', 24, 16, 14],
    ['aes-256-ccm', 32, 12, 8],
    ['aes-256-ccm', 32, 13, 16],
    ['aes-256-ccm', 32, 7, 4],
  ] as const)(
    '%s with a key of %d, a nonce of %d and a tag of %d octets',
    (name, keyLength, nonceLength, tagLength) => {
      const [key, nonce] = [randomBytes(keyLength), randomBytes(nonceLength)];
      const cipher = createCipheriv(name as 'aes-128-gcm', key, nonce, { authTagLength: tagLength });
      const sealed = Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
      expect(hex(platform.decryptAead(name, key, nonce, tagLength, sealed))).toBe(hex(content));
      for (const at of [0, sealed.length - 1]) {
        const forged = Buffer.from(sealed);
        forged.writeUInt8(forged.readUInt8(at) ^ 1, at);
        expect(platform.decryptAead(name, key, nonce, tagLength, forged)).toBeUndefined();
      }
    },
  );

  it('AES Key Wrap with Padding', () => {
    const key = randomBytes(32);
    const cipher = createCipheriv('id-aes256-wrap-pad', key, Buffer.from('a65959a6', 'hex'));
    const wrapped = Buffer.concat([cipher.update(content), cipher.final()]);
    expect(hex(platform.unwrapAesPadded(key, wrapped))).toBe(hex(content));
    wrapped.writeUInt8(wrapped.readUInt8(3) ^ 1, 3);
    expect(platform.unwrapAesPadded(key, wrapped)).toBeUndefined();
  });
});

const spkiOf = (key: KeyObject) => key.export({ format: 'der', type: 'spki' });
const pkcs8Of = (key: KeyObject) => key.export({ format: 'der', type: 'pkcs8' });

describe('keys', () => {
  const ec = (namedCurve: string) => () => generateKeyPairSync('ec', { namedCurve });
  const namedCurves = [
    'prime256v1',
    'secp384r1',
    'secp521r1',
    'secp256k1',
    'brainpoolP256r1',
    'brainpoolP384r1',
    'brainpoolP512r1',
  ];
  const pairs: readonly [string, () => { publicKey: KeyObject; privateKey: KeyObject }, string[]][] = [
    ['rsa', () => generateKeyPairSync('rsa', { modulusLength: 1024 }), [...hashes, ...sha3]],
    ['rsa of 1025 bits', () => generateKeyPairSync('rsa', { modulusLength: 1025 }), ['sha256']],
    ['dsa', () => generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }), ['sha1', 'sha256']],
    ...namedCurves.map((name): [string, ReturnType<typeof ec>, string[]] => [
      name,
      ec(name),
      ['sha1', 'sha256', 'sha512'],
    ]),
    ['ed25519', () => generateKeyPairSync('ed25519'), ['']],
    ['ed448', () => generateKeyPairSync('ed448'), ['']],
  ];

  it.each(pairs)('%s: details, signatures, and the public key of the private one', (_, make, algorithms) => {
    const { publicKey, privateKey } = make();
    const key = platform.importPublicKey(spkiOf(publicKey), 'spki');
    expect(key.asymmetricKeyType).toBe(publicKey.asymmetricKeyType);
    const { modulusLength, publicExponent, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
    expect({ publicExponent: undefined, ...key.asymmetricKeyDetails }).toEqual({
      modulusLength,
      publicExponent,
      namedCurve,
    });
    expect(hex(key.export({ format: 'der', type: 'spki' }))).toBe(hex(spkiOf(publicKey)));
    for (const algorithm of algorithms) {
      const signature = sign(algorithm || null, content, privateKey);
      const scheme = algorithm ? { hash: algorithm } : {};
      expect(platform.verifySignature(scheme, content, key, signature)).toBe(true);
      expect(platform.verifySignature(scheme, content.subarray(1), key, signature)).toBe(false);
    }
    if (publicKey.asymmetricKeyType === 'rsa' || publicKey.asymmetricKeyType === 'dsa') return;
    expect(platform.derivePublicKey(pkcs8Of(privateKey)).equals(key)).toBe(true);
    expect(platform.derivePublicKey(pkcs8Of(make().privateKey)).equals(key)).toBe(false);
  });

  it.each([
    [1024, 'sha256', 32],
    [1025, 'sha1', 20],
    [1024, 'sha384', 0],
  ])('rsa of %d bits, PSS with %s and a salt of %d', (modulusLength, hash, saltLength) => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    const signature = sign(hash, content, { key: privateKey, padding, saltLength });
    const key = platform.importPublicKey(publicKey.export({ format: 'der', type: 'pkcs1' }), 'pkcs1');
    expect(platform.verifySignature({ hash, saltLength }, content, key, signature)).toBe(true);
    expect(platform.verifySignature({ hash, saltLength: saltLength + 1 }, content, key, signature)).toBe(false);
    expect(platform.verifySignature({ hash, saltLength }, content.subarray(1), key, signature)).toBe(false);
    expect(platform.verifySignature({ hash, saltLength }, content, key, signature.subarray(1))).toBe(false);
  });

  it('outlives the bytes that it was imported from', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = Uint8Array.from(spkiOf(publicKey));
    const key = platform.importPublicKey(spki, 'spki');
    spki.fill(0);
    expect(platform.verifySignature({ hash: 'sha256' }, content, key, sign('sha256', content, privateKey))).toBe(true);
  });

  it('rsa-pss', () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa-pss', { modulusLength: 1024 });
    const key = platform.importPublicKey(spkiOf(publicKey), 'spki');
    const saltLength = 32;
    const signature = sign('sha256', content, { key: privateKey, saltLength });
    expect(key.asymmetricKeyType).toBe('rsa-pss');
    expect(platform.verifySignature({ hash: 'sha256', saltLength }, content, key, signature)).toBe(true);
  });

  it.each(['x25519', 'x448'] as const)('%s, which does not sign', (type) => {
    const { publicKey, privateKey } = generateKeyPairSync(type as 'x25519');
    const key = platform.importPublicKey(spkiOf(publicKey), 'spki');
    expect(key.asymmetricKeyType).toBe(type);
    expect(platform.derivePublicKey(pkcs8Of(privateKey)).equals(key)).toBe(true);
    expect(() => platform.verifySignature({}, content, key, content)).toThrow(`${type} does not sign`);
  });

  it.each([
    ['a curve that the page lacks', spkiOf(generateKeyPairSync('ec', { namedCurve: 'secp224r1' }).publicKey)],
    ['an algorithm that the page lacks', unknownAlgorithm()],
    ['a point that is not on its curve', pointOffCurve()],
  ])('%s is refused', (_, spki) => {
    expect(() => platform.importPublicKey(spki, 'spki')).toThrow();
  });
});

/** Ed25519 under an OID that does not exist. */
function unknownAlgorithm(): Uint8Array {
  const spki = spkiOf(generateKeyPairSync('ed25519').publicKey);
  const oid = Buffer.from([0x06, 0x03, 0x2b, 0x65, 0x70]);
  spki.writeUInt8(0x7f, spki.indexOf(oid) + oid.length - 1);
  return spki;
}

function pointOffCurve(): Uint8Array {
  const spki = spkiOf(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey);
  spki.writeUInt8(spki.readUInt8(spki.length - 1) ^ 1, spki.length - 1);
  return spki;
}
