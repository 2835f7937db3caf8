import { describe, expect, it, test } from 'vitest';
import { encodeElement, encodeObjectIdentifier, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import { ByteReader } from '../../../src/bytes/byte-reader.js';
import { concat } from '../../../src/bytes/concat.js';
import { toHex } from '../../../src/bytes/encoding.js';
import { Jks2PemError } from '../../../src/errors.js';
import { readObjectStream } from '../../../src/keystore/jks/java-serialization.js';
import { loadKeyStore } from '../../../src/keystore/load.js';
import type { SecretKeyEntry } from '../../../src/keystore/types.js';
import { defaultLimits } from '../../../src/limits.js';
import { positions } from '../../effort.js';
import { expectation, fixture } from '../../fixtures.js';
import { pbes2, realKey } from '../pkcs12/pkcs12-maker.js';
import {
  byteArray,
  classDescription,
  javaNull,
  javaObject,
  javaString,
  protect,
  type Sealing,
  sealed,
  secretKeySpec,
  stream,
} from './java-stream-maker.js';
import { keyEntry, makeJks, u32 } from './jks-maker.js';

const storePass = 'changeit';
const utf8 = (text: string) => new TextEncoder().encode(text);

/** A JCEKS with entries of a tag, each with what follows its alias and date. */
function jceks(...entries: readonly { tag: number; alias: string; body: Uint8Array }[]): Uint8Array {
  const encoded = entries.map(({ tag, alias, body }) =>
    concat(u32(tag), Uint8Array.of(0, alias.length), utf8(alias), new Uint8Array(8), body),
  );
  return makeJks({ magic: 0xcececece, entries: encoded, storePass });
}

const secret = (body: Uint8Array, alias = 'secret') => ({ tag: 3, alias, body });
const key = Uint8Array.from({ length: 16 }, (_, i) => i);
const usual: Sealing = { password: storePass };

async function secretOf(bytes: Uint8Array, alias = 'secret'): Promise<SecretKeyEntry> {
  const entry = (await loadKeyStore(bytes, { storePass })).getEntry(alias);
  return entry?.kind === 'SecretKeyEntry' ? entry : expect.fail(`no secret key "${alias}"`);
}

describe('a secret key', () => {
  it.each([
    ['the JDK', { subclass: 'com.sun.crypto.provider.SealedObjectForKeyProtector' }],
    ['anybody', {}],
    ['a class with the same fields', { className: 'com.ibm.crypto.provider.Sealed' }],
  ])('is unsealed as %s sealed it', async (_, sealing) => {
    const entry = await secretOf(jceks(secret(sealed(secretKeySpec('AES', key), { ...usual, ...sealing }))));
    expect(await entry.getSecretKey()).toEqual({ algorithm: 'AES', key });
    await expect(entry.getSecretKey('wrong')).rejects.toMatchObject({ code: 'ERR_KEY_UNRECOVERABLE', alias: 'secret' });
  });

  it('of a class that is not known is the only array of bytes in it', async () => {
    const field = (name: string, bytes: Uint8Array) => ({ name, type: '[B', value: byteArray(bytes) });
    const object = (...fields: Parameters<typeof javaObject>[1]) =>
      jceks(secret(sealed(stream(javaObject('org.example.Key', fields)), usual)));
    const entry = await secretOf(object(field('raw', key), { name: 'size', type: 'I', value: u32(128) }));
    expect(await entry.getSecretKey()).toEqual({ algorithm: 'org.example.Key', key });
    await expect((await secretOf(object(field('a', key), field('b', key)))).getSecretKey()).rejects.toMatchObject({
      code: 'ERR_STORE_UNSUPPORTED',
      message: expect.stringContaining('org.example.Key'),
    });
    await expect((await secretOf(object())).getSecretKey()).rejects.toMatchObject({ code: 'ERR_STORE_UNSUPPORTED' });
  });

  it('of a class that is not known is the array of bytes named key, or the only one', async () => {
    const bytes = (name: string, value: Uint8Array) => ({ name, type: '[B', value: byteArray(value) });
    const text = { name: 'algorithm', type: 'Ljava/lang/String;', value: javaString('Cipher') };
    const open = async (...fields: Parameters<typeof javaObject>[1]) =>
      (await secretOf(jceks(secret(sealed(stream(javaObject('Key', fields)), usual))))).getSecretKey();
    expect(await open(bytes('other', Uint8Array.of(9)), bytes('key', key))).toEqual({ algorithm: 'Key', key });
    expect(await open(text, bytes('raw', key))).toEqual({ algorithm: 'Cipher', key });
  });

  it.each<[string, Uint8Array]>([
    ['null', javaNull],
    ['a string', javaString('text')],
    ['an array of bytes', byteArray(key)],
    ['an array', concat(Uint8Array.of(0x75), classDescription('[I', [], javaNull), u32(0))],
    ['a constant', concat(Uint8Array.of(0x7e), classDescription('Color', [], javaNull, 0x12), javaString('RED'))],
  ])('is not %s, sealed or not', async (_, value) => {
    await expect((await secretOf(jceks(secret(sealed(stream(value), usual))))).getSecretKey()).rejects.toMatchObject({
      code: 'ERR_STORE_UNSUPPORTED',
      message: 'secret key "secret": the sealed value is not an object',
    });
    const store = await loadKeyStore(jceks(secret(stream(value))), { storePass });
    const message = 'secret key "secret": it is not a sealed object';
    expect(store.warnings).toEqual([{ code: 'WARN_ENTRY_UNREADABLE', message, alias: 'secret' }]);
    await expect((await secretOf(jceks(secret(stream(value))))).getSecretKey()).rejects.toMatchObject({ message });
  });

  it.each([
    ['is another stream of bytes', new Uint8Array(20)],
    ['is cut off', secretKeySpec('AES', key).subarray(0, -1)],
  ])('does not open if the sealed value %s', async (_, content) => {
    await expect((await secretOf(jceks(secret(sealed(content, usual))))).getSecretKey()).rejects.toMatchObject({
      code: 'ERR_KEY_UNRECOVERABLE',
    });
  });

  it('is not opened with a password that is not text', async () => {
    const entry = await secretOf(jceks(secret(sealed(secretKeySpec('AES', key), usual))));
    await expect(entry.getSecretKey(1 as never)).rejects.toThrow(/^getSecretKey: keyPass must be /);
  });

  describe('is not unsealed', () => {
    const { parameters, encrypted } = protect(secretKeySpec('AES', key), usual);
    const usualName = 'PBEWithMD5AndTripleDES';
    const sealedObject = (names: { sealAlg?: string; paramsAlg?: string }, content: Record<string, Uint8Array>) =>
      stream(
        javaObject('Sealed', [
          ...Object.entries(content).map(([name, value]) => ({ name, type: '[B', value: byteArray(value) })),
          ...Object.entries(names).map(([name, value]) => ({
            name,
            type: 'Ljava/lang/String;',
            value: javaString(value),
          })),
        ]),
      );
    const content = { encodedParams: parameters, encryptedContent: encrypted };
    it.each<[string, Uint8Array, string]>([
      [
        'by another algorithm',
        sealedObject({ sealAlg: 'AES', paramsAlg: usualName }, content),
        'it is sealed with AES, which is not supported',
      ],
      [
        'with the parameters of another algorithm',
        sealedObject({ sealAlg: usualName, paramsAlg: 'PBES2' }, content),
        'it is sealed with PBES2, which is not supported',
      ],
      [
        'with the parameters of another algorithm, without a name of its own',
        sealedObject({ paramsAlg: 'PBES2' }, content),
        'it is sealed with PBES2, which is not supported',
      ],
      [
        'without parameters',
        sealedObject({ sealAlg: usualName, paramsAlg: usualName }, { encryptedContent: encrypted }),
        'class Sealed is not a known sealed object',
      ],
      [
        'without content',
        sealedObject({ sealAlg: usualName, paramsAlg: usualName }, { encodedParams: parameters }),
        'class Sealed is not a known sealed object',
      ],
    ])('%s', async (_, body, message) => {
      const entry = await secretOf(jceks(secret(body)));
      await expect(entry.getSecretKey()).rejects.toMatchObject({ message: `secret key "secret": ${message}` });
    });

    it.each<[string, Uint8Array]>([
      ['of the usual algorithm', sealedObject({ sealAlg: usualName, paramsAlg: usualName }, content)],
      ['of no algorithm that is named', sealedObject({}, content)],
    ])('unless it is one %s', async (_, body) => {
      expect((await (await secretOf(jceks(secret(body)))).getSecretKey()).key).toEqual(key);
    });

    it('with malformed parameters', async () => {
      const body = sealedObject(
        { sealAlg: usualName, paramsAlg: usualName },
        { ...content, encodedParams: new Uint8Array() },
      );
      await expect((await secretOf(jceks(secret(body)))).getSecretKey()).rejects.toMatchObject({
        code: 'ERR_STORE_MALFORMED',
        path: 'secret key "secret", parameters',
      });
    });
  });

  it('of java.security.KeyRep is its encoded form, whatever else it holds', async () => {
    const field = (name: string, value: Uint8Array) => ({ name, type: '[B', value: byteArray(value) });
    const rep = (className: string) =>
      jceks(
        secret(sealed(stream(javaObject(className, [field('other', Uint8Array.of(9)), field('encoded', key)])), usual)),
      );
    expect((await (await secretOf(rep('java.security.KeyRep'))).getSecretKey()).key).toEqual(key);
    await expect((await secretOf(rep('KeyRep'))).getSecretKey()).rejects.toMatchObject({
      code: 'ERR_STORE_UNSUPPORTED',
    });
  });

  it('that cannot be unsealed gives a warning, and the others are read', async () => {
    const store = await loadKeyStore(
      jceks(
        secret(sealed(secretKeySpec('AES', key), { ...usual, algorithm: 'PBEWithHmacSHA256AndAES_256' }), 'other'),
        secret(stream(javaString('text')), 'text'),
        secret(stream(javaObject('org.example.Thing', [])), 'thing'),
        secret(sealed(secretKeySpec('AES', key), usual), 'good'),
      ),
      { storePass },
    );
    expect(store.aliases()).toEqual(['other', 'text', 'thing', 'good']);
    expect(store.warnings.map(({ code, alias }) => `${code} ${alias}`)).toEqual(
      ['other', 'text', 'thing'].map((alias) => `WARN_ENTRY_UNREADABLE ${alias}`),
    );
    for (const alias of ['other', 'text', 'thing']) {
      const entry = store.getEntry(alias);
      if (entry?.kind !== 'SecretKeyEntry') expect.fail();
      await expect(entry.getSecretKey()).rejects.toMatchObject({ code: 'ERR_STORE_UNSUPPORTED' });
    }
  });

  it('is no private key, and needs a password', async () => {
    const store = await loadKeyStore(jceks(secret(sealed(secretKeySpec('AES', key), usual))));
    const entry = store.getEntry('secret');
    if (entry?.kind !== 'SecretKeyEntry') expect.fail();
    await expect(entry.getSecretKey()).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' });
    expect((await entry.getSecretKey(storePass)).algorithm).toBe('AES');
  });
});

describe('a salt of two equal halves', () => {
  const salt = Uint8Array.of(1, 2, 3, 4, 1, 2, 3, 4);

  it.each([
    ['of today, which reverses the first', [4, 3, 2, 1]],
    ['before, which lost an octet', [4, 1, 2, 4]],
  ])('opens as the JDK %s', async (_, half) => {
    const sealing = { ...usual, salt, firstHalf: Uint8Array.from(half) };
    const pkcs8 = realKey();
    const { parameters, encrypted } = protect(pkcs8, sealing);
    const algorithm = encodeSequence(encodeObjectIdentifier('1.3.6.1.4.1.42.2.19.1'), parameters);
    const protectedKey = encodeSequence(algorithm, encodeOctetString(encrypted));
    const store = await loadKeyStore(
      makeJks({
        magic: 0xcececece,
        entries: [
          keyEntry('mail', protectedKey, []),
          concat(u32(3), utf8('\0\x03aes'), new Uint8Array(8), sealed(secretKeySpec('AES', key), sealing)),
        ],
      }),
      { storePass },
    );
    const [mail, aes] = [...store];
    if (mail?.kind !== 'PrivateKeyEntry' || aes?.kind !== 'SecretKeyEntry') expect.fail();
    expect(toHex((await mail.getPrivateKey()).pkcs8)).toBe(toHex(pkcs8));
    expect((await aes.getSecretKey()).key).toEqual(key);
  });
});

describe('work beyond the limits', () => {
  it.each([
    [5_000_001, 'ERR_LIMIT_EXCEEDED'],
    [2 ** 31, 'ERR_STORE_MALFORMED'],
    [0, 'ERR_STORE_MALFORMED'],
  ])('of %i rounds is refused', async (statedIterations, code) => {
    const entry = await secretOf(jceks(secret(sealed(secretKeySpec('AES', key), { ...usual, statedIterations }))));
    await expect(entry.getSecretKey()).rejects.toMatchObject({ code });
  });

  it('follows the limits that are given', async () => {
    const bytes = jceks(secret(sealed(secretKeySpec('AES', key), usual)));
    const [entry] = await loadKeyStore(bytes, { storePass, limits: { iterations: 19 } });
    if (entry?.kind !== 'SecretKeyEntry') expect.fail();
    await expect(entry.getSecretKey()).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' });
  });
});

describe('an object stream', () => {
  const read = (bytes: Uint8Array) => readObjectStream(new ByteReader(bytes, () => 'stream'), defaultLimits);
  const code = (...codes: number[]) => Uint8Array.from(codes);

  test('gives strings, enums, references and fields of superclasses', () => {
    const fields = [
      { name: 'first', type: 'Ljava/lang/String;', value: javaString('one') },
      // Handles: 0 and 2 the classes, 1 and 3 the types of their fields, 4 the object, 5 the string.
      { name: 'again', type: 'Ljava/lang/String;', value: code(0x71, 0, 0x7e, 0, 4) },
      { name: 'flag', type: 'Z', value: code(1) },
    ];
    expect(read(stream(javaObject('Base', fields)))).toEqual({
      kind: 'object',
      className: 'Base',
      fields: new Map([
        ['first', 'one'],
        ['again', 'one'],
      ]),
    });
    expect(read(stream(code(0x7e), classDescription('Color', [], javaNull, 0x12), javaString('RED')))).toEqual({
      kind: 'enum',
      className: 'Color',
      constant: 'RED',
    });
    expect(read(stream(code(0x7c), new Uint8Array(7), code(2), utf8('ab')))).toBe('ab');
    expect(read(stream(code(0x75), classDescription('[I', [], javaNull), u32(2), new Uint8Array(8)))).toEqual({
      kind: 'array',
      className: '[I',
    });
    expect(
      read(
        stream(code(0x75), classDescription('[Ljava.lang.String;', [], javaNull), u32(2), javaString('a'), javaNull),
      ),
    ).toEqual({ kind: 'array', className: '[Ljava.lang.String;' });
  });

  test('has the fields of a superclass before those of its class', () => {
    const field = (name: string, value: Uint8Array) => ({ name, type: 'Ljava/lang/String;', value });
    const superclass = classDescription('Base', [field('base', javaNull)], javaNull);
    const description = classDescription('Derived', [field('derived', javaNull)], superclass);
    expect(read(stream(code(0x73), description, javaString('of Base'), javaString('of Derived')))).toMatchObject({
      className: 'Derived',
      fields: new Map([
        ['base', 'of Base'],
        ['derived', 'of Derived'],
      ]),
    });
  });

  test.each(['B1', 'C2', 'D8', 'F4', 'I4', 'J8', 'S2', 'Z1'])(
    'passes over a primitive of type and length %s',
    (letter) => {
      const [type = '', length] = letter;
      const primitive = { name: 'primitive', type, value: new Uint8Array(Number(length)).fill(0x70) };
      const text = { name: 'text', type: 'Ljava/lang/String;', value: javaString('behind it') };
      expect(read(stream(javaObject('A', [primitive, text])))).toMatchObject({
        fields: new Map([['text', 'behind it']]),
      });
      const array = stream(
        code(0x75),
        classDescription(`[${type}`, [], javaNull),
        u32(3),
        new Uint8Array(3 * Number(length)),
      );
      const reader = new ByteReader(array, () => 'stream');
      readObjectStream(reader, defaultLimits);
      expect(reader.left).toBe(0);
    },
  );

  test('keeps a long string for references', () => {
    const long = concat(code(0x7c), new Uint8Array(7), code(2), utf8('ab'));
    // Handles: 0 the class, 1 and 2 the types of its fields, 3 the object, 4 the string.
    const again = code(0x71, 0, 0x7e, 0, 4);
    const fields = [
      { name: 'first', type: 'LA;', value: long },
      { name: 'again', type: 'LB;', value: again },
    ];
    expect(read(stream(javaObject('A', fields)))).toMatchObject({
      fields: new Map([
        ['first', 'ab'],
        ['again', 'ab'],
      ]),
    });
  });

  test.each<[string, Uint8Array, unknown]>([
    ['object', javaObject('B', []), { className: 'B' }],
    ['enum', concat(code(0x7e), classDescription('B', [], javaNull, 0x12), javaString('X')), { constant: 'X' }],
    ['array of bytes', byteArray(Uint8Array.of(7)), Uint8Array.of(7)],
    ['array of numbers', concat(code(0x75), classDescription('[I', [], javaNull), u32(0)), { className: '[I' }],
    ['array of objects', concat(code(0x75), classDescription('[LB;', [], javaNull), u32(0)), { className: '[LB;' }],
  ])('keeps an %s for references', (_, value, expected) => {
    // Handles: 0 the class, 1 and 2 the types of its fields, 3 the object, 4 the class of the value, 5 the value.
    const fields = [
      { name: 'first', type: 'LB;', value },
      { name: 'again', type: 'LB;', value: code(0x71, 0, 0x7e, 0, 5) },
    ];
    const object = read(stream(javaObject('A', fields))) as { fields: ReadonlyMap<string, unknown> };
    expect(object.fields.get('first')).toMatchObject(expected as object);
    expect(object.fields.get('again')).toEqual(object.fields.get('first'));
  });

  test('keeps a class for references', () => {
    const object = javaObject('B', []);
    const again = concat(code(0x73, 0x71, 0, 0x7e, 0, 4));
    const fields = [
      { name: 'first', type: 'LB;', value: object },
      { name: 'second', type: 'LB;', value: again },
    ];
    expect(read(stream(javaObject('A', fields)))).toMatchObject({
      fields: new Map([
        ['first', { kind: 'object', className: 'B', fields: new Map() }],
        ['second', { kind: 'object', className: 'B', fields: new Map() }],
      ]),
    });
  });

  test('passes over what classes and objects add', () => {
    const added = concat(code(0x77, 3, 1, 2, 3), javaString('x'), code(0x7a), u32(1), code(9), code(0x78));
    const description = classDescription('Custom', [], javaNull, 3, added);
    const reader = new ByteReader(stream(code(0x73), description, added, code(0xff)), () => 'stream');
    expect(readObjectStream(reader, defaultLimits)).toMatchObject({ className: 'Custom' });
    expect(reader.left).toBe(1);
  });

  const withField = (type: string, ...value: number[]) =>
    stream(code(0x73), classDescription('A', [{ name: 'x', type, value: javaNull }], javaNull), code(...value));
  const notSerializable = 'class A does not use the serialized form of java.io.Serializable';
  const unknownObject = 'reference to an unknown object';
  const unsupported = (octet: string) => `type code ${octet} is not supported in an object stream (at byte 4)`;
  it.each<[string, Uint8Array, string]>([
    ['another magic number', code(0xac, 0xee, 0, 5, 0x70), 'not a Java object stream (at byte 0)'],
    ['another version', code(0xac, 0xed, 0, 4, 0x70), 'not a Java object stream (at byte 0)'],
    ['an exception', stream(code(0x7b)), unsupported('0x7b')],
    ['a class', stream(code(0x76), classDescription('A', [], javaNull)), unsupported('0x76')],
    ['a reset', stream(code(0x79)), unsupported('0x79')],
    ['a proxy', stream(code(0x73, 0x7d)), 'class description expected (at byte 5)'],
    ['an external form', stream(code(0x73), classDescription('A', [], javaNull, 0x0c)), notSerializable],
    [
      'an external form of a serializable class',
      stream(code(0x73), classDescription('A', [], javaNull, 0x06)),
      notSerializable,
    ],
    ['a class that is not serializable', stream(code(0x73), classDescription('A', [], javaNull, 0)), notSerializable],
    ['a reference to nothing', stream(code(0x71, 0, 0x7e, 0, 0)), `${unknownObject} (at byte 5)`],
    ['a reference to a class', withField('LA;', 0x71, 0, 0x7e, 0, 0), unknownObject],
    ['a reference to itself', withField('LA;', 0x71, 0, 0x7e, 0, 2), unknownObject],
    ['a class description that is an object', stream(code(0x73, 0x71, 0, 0x7e, 0, 0)), `${unknownObject} (at byte 6)`],
    ['a field of no type', withField('Q'), 'field type "Q" is not one of Java\'s'],
    [
      'a negative length',
      stream(code(0x75), classDescription('[B', [], javaNull), u32(0xffffffff)),
      'array length: negative (-1)',
    ],
    [
      'a length beyond the end',
      stream(code(0x75), classDescription('[J', [], javaNull), u32(0x7fffffff)),
      'array: 17179869176 bytes wanted, 0 left',
    ],
    [
      'objects beyond the end',
      stream(code(0x75), classDescription('[LA;', [], javaNull), u32(0x7fffffff)),
      'type code: 1 bytes wanted, 0 left',
    ],
    ['a string of 4 GiB', stream(code(0x7c), u32(1), u32(0)), 'length of string: too long'],
    [
      'an enum without a name',
      stream(code(0x7e), classDescription('A', [], javaNull), javaNull),
      'name of an enum constant expected',
    ],
    ['no class', stream(code(0x73, 0x70)), 'class description expected (at byte 6)'],
    ['a class above itself', stream(code(0x73), classDescription('A', [], code(0x71, 0, 0x7e, 0, 0))), unknownObject],
    [
      'two classes above each other',
      stream(code(0x73), classDescription('A', [], classDescription('B', [], code(0x71, 0, 0x7e, 0, 0)))),
      unknownObject,
    ],
  ])('is refused for %s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_MALFORMED', message: expect.stringContaining(`stream: ${message}`) }),
    );
  });

  it('names the field in which it is cut off', () => {
    const text = { name: 'text', type: 'Ljava/lang/String;' };
    const fields = [
      { name: 'size', type: 'I', value: u32(1) },
      { ...text, value: concat(code(0x7c), u32(0), u32(1), utf8('a')) },
      // Handle 2: the type of the field `text`.
      { ...text, name: 'again', value: code(0x71, 0, 0x7e, 0, 2) },
    ];
    const added = concat(code(0x77, 1, 9), code(0x7a), u32(1), code(9), code(0x78));
    const description = classDescription('A', fields, javaNull, 3);
    const bytes = stream(code(0x73), description, ...fields.map(({ value }) => value), added);
    expect(read(bytes)).toMatchObject({ className: 'A' });
    const problems = Array.from({ length: bytes.length }, (_, length) => {
      try {
        return read(bytes.subarray(0, length));
      } catch (error) {
        return (error as Error).message.replace(/^stream: (.*): \d+ bytes wanted, \d+ left .*$/, '$1');
      }
    });
    const counted = (field: string) => [`length of ${field}`, field];
    expect([...new Set(problems)]).toEqual([
      'magic number',
      'stream version',
      'type code',
      'class description',
      ...counted('class name'),
      'serial version',
      'flags',
      'number of fields',
      'field type',
      ...counted('field name'),
      ...counted('string'),
      'field',
      'reference',
      ...counted('block of data'),
    ]);
  });

  it('may have as many objects, and be as deep, as the limits allow', () => {
    const array = (length: number) =>
      stream(
        code(0x75),
        classDescription('[LA;', [], javaNull),
        u32(length),
        ...Array.from({ length }, () => javaString('')),
      );
    // The class, the array and its elements.
    expect(read(array(998))).toMatchObject({ kind: 'array' });
    expect(() => read(array(999))).toThrow(
      expect.objectContaining({ limit: 'serializedObjects', found: 1001, maximum: 1000 }),
    );
    const nested = (depth: number): Uint8Array =>
      depth === 0 ? javaNull : concat(code(0x75), classDescription('[LA;', [], javaNull), u32(1), nested(depth - 1));
    expect(read(stream(nested(14)))).toMatchObject({ kind: 'array' });
    expect(() => read(stream(nested(15)))).toThrow(
      expect.objectContaining({ limit: 'serializedDepth', found: 17, maximum: 16 }),
    );
  });

  it('is refused when it is too deep, or has too many objects', () => {
    let deep: Uint8Array = javaNull;
    for (let i = 0; i < 20; i++) deep = javaObject('A', [{ name: 'x', type: 'LA;', value: deep }]);
    expect(() => read(stream(deep))).toThrow(expect.objectContaining({ limit: 'serializedDepth' }));
    const many = Array.from({ length: 1001 }, () => javaString(''));
    const array = (elements: readonly Uint8Array[]) =>
      stream(code(0x75), classDescription('[LA;', [], javaNull), u32(elements.length), ...elements);
    expect(() => read(array(many))).toThrow(expect.objectContaining({ limit: 'serializedObjects' }));
    // Each class above the next by a reference, so that nothing is nested: handles 2, 4, 6, … are the classes.
    const line = (length: number) =>
      array(
        Array.from({ length }, (_, i) =>
          concat(code(0x73), classDescription('A', [], i === 0 ? javaNull : code(0x71, 0, 0x7e, 0, 2 * i))),
        ),
      );
    expect(read(line(16))).toMatchObject({ kind: 'array' });
    expect(() => read(line(17))).toThrow(expect.objectContaining({ limit: 'serializedDepth', found: 17 }));
  });
});

it.each(['jceks/secrets-jdk17.jceks', 'jceks/keys-jdk25.jceks'])(
  '%s cut off or changed anywhere gives no error but ours',
  async (path) => {
    const whole = fixture(path);
    const { storePass: password = '' } = expectation(path);
    for (const length of positions(whole.length, 200)) {
      await expect(loadKeyStore(whole.subarray(0, length))).rejects.toBeInstanceOf(Jks2PemError);
    }
    for (const at of positions(whole.length, 200)) {
      const changed = whole.slice();
      changed[at] = (changed[at] as number) ^ 0xff;
      // Without a password, so that the digest stops nothing; a key that is not opened was not changed in vain.
      await loadKeyStore(changed).catch((error: unknown) => expect(error).toBeInstanceOf(Jks2PemError));
    }
    const changed = whole.slice();
    changed[whole.length - 1] = (changed[whole.length - 1] as number) ^ 1;
    await expect(loadKeyStore(changed, { storePass: password })).rejects.toMatchObject({ code: 'ERR_STORE_INTEGRITY' });
  },
);

it('holds keys under the protector of JKS, and JKS holds keys under any encryption', async () => {
  const { storePass: password = '' } = expectation('jceks/jks-protector.jceks');
  const [entry] = await loadKeyStore(fixture('jceks/jks-protector.jceks'), { storePass: password });
  if (entry?.kind !== 'PrivateKeyEntry') expect.fail();
  expect((await entry.getPrivateKey()).pkcs8.length).toBeGreaterThan(30);
  const pkcs8 = realKey();
  const encryption = pbes2(utf8(storePass));
  const epki = encodeSequence(encryption.algorithm, encodeElement(0x04, encryption.encrypt(pkcs8)));
  const store = await loadKeyStore(makeJks({ entries: [keyEntry('mail', epki, [])] }), { storePass });
  const mail = store.getEntry('mail');
  if (mail?.kind !== 'PrivateKeyEntry') expect.fail();
  expect(store.type).toBe('JKS');
  expect(toHex((await mail.getPrivateKey()).pkcs8)).toBe(toHex(pkcs8));
});
