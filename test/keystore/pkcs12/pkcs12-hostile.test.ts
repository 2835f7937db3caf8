import { describe, expect, it } from 'vitest';
import { encodeElement, encodeInteger, encodeObjectIdentifier, encodeSequence } from '../../../src/asn1/encode.js';
import { concat } from '../../../src/bytes/concat.js';
import { Jks2PemError } from '../../../src/errors.js';
import { loadKeyStore } from '../../../src/keystore/load.js';
import { type Limits, withDefaults } from '../../../src/limits.js';
import { effort, isLong, positions } from '../../effort.js';
import {
  Bag,
  bag,
  bmp,
  certificateBag,
  contentInfo,
  encryptedPart,
  fakePair,
  keyBag,
  pbes2,
  pfx,
  pkcs12Des3,
  plainPart,
  statedAlgorithm,
  toBer,
  unknownKey,
  utf8,
} from './pkcs12-maker.js';

const storePass = 'changeit';
const usual = pbes2(utf8(storePass));
const pair = fakePair(1);
const octet = (length: number) => encodeElement(0x04, new Uint8Array(length));

/** Loads, takes every key, and gives the error that stops it. Time and memory are what a hostile file is after. */
async function refusal(bytes: Uint8Array, limits: Partial<Limits> = {}): Promise<Jks2PemError | undefined> {
  const started = process.cpuUsage();
  const error = await take(bytes, limits).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  // Microseconds of processor time, which a busy machine does not lengthen. Usually hundredths of a second.
  expect(process.cpuUsage(started).user).toBeLessThan(5_000_000);
  if (error === undefined) return undefined;
  return error instanceof Jks2PemError ? error : expect.fail(String((error as Error).stack));
}

async function take(bytes: Uint8Array, limits: Partial<Limits>): Promise<void> {
  for (const entry of await loadKeyStore(bytes, { storePass, limits })) {
    if (entry.kind === 'PrivateKeyEntry') await entry.getPrivateKey();
    if (entry.kind === 'SecretKeyEntry') await entry.getSecretKey();
  }
}

describe('too much work is refused before it is begun:', () => {
  const key = (iterations: number, name?: string) =>
    keyBag(pair.pkcs8, pbes2(utf8(storePass), { iterations }), name === undefined ? {} : { name });

  it('a MAC', async () => {
    expect(await refusal(pfx([], { statedIterations: 5_000_001 }))).toMatchObject({
      code: 'ERR_LIMIT_EXCEEDED',
      limit: 'iterations',
      found: 5_000_001,
    });
    expect(await refusal(pfx([], { statedIterations: 2 ** 40 }))).toMatchObject({ code: 'ERR_STORE_MALFORMED' });
  });

  it('a part', async () => {
    const part = encryptedPart(pbes2(utf8(storePass), { iterations: 5_000_001 }), certificateBag(pair.certificate));
    expect(await refusal(pfx([part]))).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', limit: 'iterations' });
  });

  it('a key', async () => {
    expect(await refusal(pfx([plainPart(key(5_000_001))]))).toMatchObject({
      code: 'ERR_LIMIT_EXCEEDED',
      limit: 'iterations',
    });
  });

  it('ten thousand keys, each as costly as is allowed', async () => {
    const one = key(5_000_000);
    const parts = [plainPart(...new Array<Uint8Array>(10_000).fill(one))];
    expect(await refusal(pfx(parts))).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', limit: 'totalIterations' });
  });

  it('scrypt beyond its memory, or its parallelism', async () => {
    const scrypt = (...numbers: number[]) =>
      statedAlgorithm(
        '1.2.840.113549.1.5.13',
        encodeSequence(
          encodeSequence(
            encodeObjectIdentifier('1.3.6.1.4.1.11591.4.11'),
            encodeSequence(octet(8), ...numbers.map(encodeInteger)),
          ),
          encodeSequence(encodeObjectIdentifier('2.16.840.1.101.3.4.1.42'), octet(16)),
        ),
      );
    const limitOf = async (...numbers: number[]) => {
      const error = await refusal(pfx([plainPart(keyBag(pair.pkcs8, scrypt(...numbers)))]));
      return error && 'limit' in error ? error.limit : error?.code;
    };
    expect(await limitOf(2 ** 22, 8, 1)).toBe('scryptMemory');
    expect(await limitOf(2 ** 45, 1, 1)).toBe('scryptMemory');
    expect(await limitOf(1024, 1, 65)).toBe('scryptFactor');
    expect(await limitOf(2 ** 18, 8, 64)).toBe('iterations');
    expect(await limitOf(1000, 8, 1)).toBe('ERR_STORE_MALFORMED');
    expect(await limitOf(2 ** 16, 1, 1)).toBe('ERR_STORE_MALFORMED');
    expect(await limitOf(0, 8, 1)).toBe('ERR_STORE_MALFORMED');
    expect(await limitOf(1024, 0, 1)).toBe('ERR_STORE_MALFORMED');
    expect(await limitOf(1024, 8, 1, 1_025)).toBe('derivedKeyBytes');
  });

  it('a salt without end', async () => {
    const stated = statedAlgorithm('1.2.840.113549.1.12.1.3', encodeSequence(octet(1025), encodeInteger(1)));
    expect(await refusal(pfx([plainPart(keyBag(pair.pkcs8, stated))]))).toMatchObject({ limit: 'saltBytes' });
  });
});

it('keys that cost more together than there is are not opened at all, as if by chance the first ones were', async () => {
  const pairs = [fakePair(1), fakePair(2), fakePair(3)];
  const bags = pairs.flatMap(({ pkcs8, certificate }) => [
    keyBag(pkcs8, pkcs12Des3(bmp(storePass))),
    certificateBag(certificate),
  ]);
  const chains = async (totalIterations: number) => {
    const store = await loadKeyStore(pfx([plainPart(...bags)]), { storePass, limits: { totalIterations } });
    return [...store].map((entry) => (entry.kind === 'PrivateKeyEntry' ? entry.certificateChain.length : -1));
  };
  // One hash for the MAC, three for each key: two blocks of key, one of IV.
  expect(await chains(10)).toEqual([1, 1, 1]);
  expect(await chains(9)).toEqual([0, 0, 0]);
});

it('a key beyond the limit of one derivation does not count, because it is never decrypted', async () => {
  const costly = keyBag(pair.pkcs8, pbes2(utf8(storePass), { iterations: 30_000_000 }), { name: 'costly' });
  const store = await loadKeyStore(
    pfx([plainPart(costly, keyBag(pair.pkcs8, usual), certificateBag(pair.certificate))]),
    {
      storePass,
    },
  );
  expect([...store].map((entry) => entry.kind === 'PrivateKeyEntry' && entry.certificateChain.length)).toEqual([0, 1]);
});

it.each([
  [400_000, undefined],
  [400_001, { limit: 'totalIterations', found: 400_002, message: expect.stringMatching(/^all keys together: /) }],
])(
  'a key of %i computations is beyond what is left: the file is refused only above any default',
  async (hashes, error) => {
    const bags = [hashes, 1].map((iterations) => keyBag(pair.pkcs8, pbes2(utf8(storePass), { iterations })));
    const loading = loadKeyStore(pfx([plainPart(...bags)]), { storePass, limits: { totalIterations: 400_000 } });
    if (error === undefined) expect((await loading).size).toBe(2);
    else await expect(loading).rejects.toMatchObject(error);
  },
);

it('many keys of ordinary cost are found by name, and opened one by one', async () => {
  const parts = [
    plainPart(
      ...Array.from({ length: 30 }, (_, i) =>
        keyBag(fakePair(i).pkcs8, pbes2(utf8(storePass), { iterations: 100 }), { name: `k${i}` }),
      ),
      ...Array.from({ length: 30 }, (_, i) => certificateBag(fakePair(i).certificate, { name: `k${i}` })),
    ),
  ];
  const store = await loadKeyStore(pfx(parts), { storePass, limits: { totalIterations: 1000 } });
  const entry = store.getEntry('k29');
  if (entry?.kind !== 'PrivateKeyEntry') expect.fail();
  expect(entry.certificateChain[0]?.subject).toBe('CN=subject 29');
  expect((await entry.getPrivateKey()).algorithm).toBe('RSA');
});

it('a MAC that is too costly, or unknown, does not keep a store from being read without a password', async () => {
  const part = plainPart(certificateBag(pair.certificate, { name: 'ca' }));
  for (const mac of [{ statedIterations: 5_000_001 }, { oid: '1.2.3' }]) {
    const store = await loadKeyStore(pfx([part], mac));
    expect(store).toMatchObject({ integrity: 'not-checked', size: 1 });
  }
  const store = await loadKeyStore(pfx([part]), { limits: { saltBytes: 1 } });
  expect(store).toMatchObject({ integrity: 'not-checked', size: 1 });
});

describe('nesting is refused:', () => {
  const nest = (depth: number) => {
    let bytes = bag(Bag.safeContents, encodeSequence());
    for (let i = 1; i < depth; i++) bytes = bag(Bag.safeContents, encodeSequence(bytes));
    return pfx([plainPart(bytes)]);
  };

  it('bags in bags', async () => {
    expect(await refusal(nest(7))).toBeUndefined();
    expect(await refusal(nest(9))).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', limit: 'safeContentsDepth' });
    expect(await refusal(nest(1000))).toBeInstanceOf(Jks2PemError);
  });

  it('elements in elements, lengths given or not', async () => {
    const deep = (open: number[], close: number[]) => {
      const count = 100_000;
      const repeated = (octets: number[], times: number) =>
        Buffer.alloc(octets.length * times, Uint8Array.from(octets));
      return concat(Uint8Array.of(0x30, 0x80, 0x02, 0x01, 0x03), repeated(open, count), repeated(close, count + 1));
    };
    expect(await refusal(deep([0x30, 0x80], [0, 0]))).toBeInstanceOf(Jks2PemError);
    expect(await refusal(deep([0x24, 0x80], [0, 0]))).toBeInstanceOf(Jks2PemError);
    expect(await refusal(deep([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff], []))).toBeInstanceOf(Jks2PemError);
  });

  it('but not of an octet string in a hundred segments, each in the one before', async () => {
    let string = encodeElement(0x04, encodeSequence());
    for (let i = 0; i < 100; i++) string = encodeElement(0x24, string);
    expect(
      await refusal(encodeSequence(encodeInteger(3), contentInfo('1.2.840.113549.1.7.1', string))),
    ).toBeUndefined();
  });

  it('an octet string in segments in segments', async () => {
    let string = octet(4);
    for (let i = 0; i < 200; i++) string = encodeElement(0x24, string);
    const file = encodeSequence(encodeInteger(3), contentInfo('1.2.840.113549.1.7.1', string));
    expect(await refusal(file)).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', limit: 'asn1Depth' });
  });
});

it('an octet string may have more segments than a call has room for arguments', async () => {
  const inner = new Uint8Array(2 * 200_000).map((_, i) => (i % 2 === 0 ? 0x04 : 0));
  const safe = encodeElement(0x24, encodeElement(0x24, inner), encodeElement(0x04, encodeSequence()));
  const file = encodeSequence(encodeInteger(3), contentInfo('1.2.840.113549.1.7.1', safe));
  expect((await loadKeyStore(file)).size).toBe(0);
});

it('more bags than the limit are refused', async () => {
  const bags = Array.from({ length: 12 }, () => bag('1.2.3', encodeInteger(1)));
  expect(await refusal(pfx([plainPart(...bags)]), { entries: 10 })).toMatchObject({ limit: 'entries' });
  expect(await refusal(pfx([plainPart(...bags.slice(6)), plainPart(...bags.slice(6))]), { entries: 10 })).toMatchObject(
    {
      limit: 'entries',
    },
  );
});

describe('a file changed anywhere gives no error but ours', () => {
  const der = pfx(
    [
      encryptedPart(usual, certificateBag(pair.certificate, { name: 'ca' })),
      plainPart(
        keyBag(pair.pkcs8, usual, { name: 'mail', id: utf8('Time 1700000000000') }),
        bag(Bag.safeContents, encodeSequence(certificateBag(pair.certificate, { trusted: true }))),
      ),
    ],
    { password: bmp(storePass) },
  );
  // Without a MAC every change goes past it, to where it hurts.
  const bare = pfx([plainPart(keyBag(pair.pkcs8, usual, { name: 'mail' }), certificateBag(pair.certificate))], null);

  it.each([
    ['DER', der],
    ['DER without MAC', bare],
    ['BER', toBer(bare)],
  ])('%s cut off', async (_, whole) => {
    for (const length of positions(whole.length, 120)) {
      expect(await refusal(whole.subarray(0, length))).toBeInstanceOf(Jks2PemError);
    }
  });

  it.each([
    ['DER', der],
    ['DER without MAC', bare],
    ['BER', toBer(bare)],
  ])('%s with one byte different', async (_, whole) => {
    for (const at of positions(whole.length, 80)) {
      for (const value of [0x00, 0xff, (whole[at] as number) ^ 0x01]) {
        const changed = whole.slice();
        changed[at] = value;
        await refusal(changed);
      }
    }
  });
});

it('keys that nobody knows are not all looked into', async () => {
  const make = (unknown: number) =>
    pfx([
      plainPart(
        ...Array.from({ length: unknown }, () => keyBag(unknownKey(), undefined)),
        // Paired by its public key, or by its id with a certificate that is not its own.
        keyBag(pair.pkcs8, undefined, { name: 'mail', id: Uint8Array.of(1) }),
        certificateBag(fakePair(2).certificate, { id: Uint8Array.of(1) }),
        certificateBag(pair.certificate),
      ),
    ]);
  const subjectOf = async (bytes: Uint8Array) => {
    const entry = (await loadKeyStore(bytes, { storePass })).getEntry('mail');
    return entry?.kind === 'PrivateKeyEntry' ? entry.certificateChain[0]?.subject : undefined;
  };
  expect(await subjectOf(make(1_000))).toBe('CN=subject 1');
  // Keys are opened sixteen at a time.
  expect(await subjectOf(make(1_016))).toBe('CN=subject 2');
});

describe('keys of one long chain', () => {
  const chain = Array.from({ length: 999 }, (_, i) => fakePair(i, { subject: `s${i}`, issuer: `s${i + 1}` }));
  const id = Uint8Array.of(1);
  const make = (keys: number) =>
    pfx([
      plainPart(
        ...chain.map(({ certificate }, i) => certificateBag(certificate, i === 0 ? { id } : {})),
        ...Array.from({ length: keys }, (_, i) => keyBag(unknownKey(), undefined, { id, name: `k${i}` })),
      ),
    ]);

  it('share it', async () => {
    const store = await loadKeyStore(make(effort(50, 500)), { storePass });
    const chains = [...store].map((entry) => (entry.kind === 'PrivateKeyEntry' ? entry.certificateChain : []));
    expect(chains[0]).toHaveLength(999);
    expect(new Set(chains).size).toBe(1);
    expect(store.certificates).toHaveLength(999);
  });

  it('are refused when there are too many', async () => {
    // A tenth of the default, unless in the long form: OpenSSL takes half a millisecond for each key.
    const limits = isLong ? {} : { chainCertificates: withDefaults().chainCertificates / 10 };
    const refused = { code: 'ERR_LIMIT_EXCEEDED', limit: 'chainCertificates' };
    expect(await refusal(make(effort(102, 1_002)), limits)).toMatchObject(refused);
    expect(await refusal(make(2), { chainCertificates: 1998 })).toBeUndefined();
    expect(await refusal(make(2), { chainCertificates: 1997 })).toMatchObject({ limit: 'chainCertificates' });
  });
});
