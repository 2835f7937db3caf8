import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeOctetString,
  encodeSequence as sequence,
} from '../../../src/asn1/encode.js';
import { readBcfksObjects } from '../../../src/keystore/bcfks/object-data.js';
import { readObjectStore } from '../../../src/keystore/bcfks/object-store.js';
import { withDefaults } from '../../../src/limits.js';
import { algorithm, time } from './bcfks-maker.js';

const nothing = encodeElement(5);
const one = encodeInteger(1);
const integrity = algorithm('1.2.3');
const date = time('20200102030405Z');
const name = encodeElement(0x0c, Uint8Array.of(0x61));
const data = encodeOctetString(nothing);

describe('ObjectStoreData is malformed with', () => {
  const read = (der: Uint8Array) => readBcfksObjects(Asn1Element.only(der, 'store'), withDefaults());
  const object = (...parts: Uint8Array[]) => sequence(one, integrity, date, date, sequence(sequence(...parts)));

  test.each<[string, Uint8Array, string]>([
    ['another type', nothing, 'store: ObjectStoreData expected'],
    ['no parts', sequence(), 'store: ObjectStoreData: too short'],
    ['no algorithm', sequence(one), 'store: ObjectStoreData: too short'],
    ['no entries', sequence(one, integrity, date, date), 'store: ObjectStoreData: too short'],
    ['a version of another type', sequence(nothing, integrity, date, date, sequence()), 'store: version expected'],
    [
      'an algorithm of another type',
      sequence(one, nothing, date, date, sequence()),
      'store: integrity algorithm expected',
    ],
    ['entries of another type', sequence(one, integrity, date, date, nothing), 'store: ObjectDataSequence expected'],
    [
      'an entry of another type',
      sequence(one, integrity, date, date, sequence(nothing)),
      'entry 1: ObjectData expected',
    ],
    ['an entry of no parts', object(), 'entry 1: ObjectData: too short'],
    ['an entry without a name', object(one), 'entry 1: ObjectData: too short'],
    ['an entry without dates', object(one, name), 'entry 1: ObjectData: too short'],
    ['an entry without its second date', object(one, name, date), 'entry 1: ObjectData: too short'],
    ['an entry without data', object(one, name, date, date), 'entry 1: ObjectData: too short'],
    ['an entry type of another type', object(nothing, name, date, date, data), 'entry 1: type of entry expected'],
    ['a name of another type', object(one, nothing, date, date, data), 'entry 1: identifier expected'],
    [
      'a name that is not UTF-8',
      object(one, encodeElement(0x0c, Uint8Array.of(0xff)), date, date, data),
      'entry 1: identifier: bad UTF-8',
    ],
    ['a date of another type', object(one, name, date, nothing, data), 'entry 1: last modified: not a time'],
    ['data of another type', object(one, name, date, date, nothing), 'entry 1: data expected'],
  ])('%s', (_, der, message) => {
    expect(() => read(der)).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_MALFORMED', message: expect.stringMatching(`^${message}`) }),
    );
  });

  test('nothing if only the date of creation, which is not used, is of another type', () => {
    const { objects } = read(object(one, name, nothing, date, data));
    expect(objects).toMatchObject([{ path: 'entry 1 "a"', alias: 'a', type: 1, data: nothing }]);
  });
});

describe('an ObjectStore is malformed with', () => {
  const clear = sequence(one);
  const explicit = (...parts: Uint8Array[]) => encodeElement(0xa0, ...parts);
  test.each<[string, Uint8Array, string]>([
    ['another type', nothing, 'ObjectStore expected'],
    ['no parts', sequence(), 'ObjectStore: two parts expected'],
    ['one part', sequence(clear), 'ObjectStore: two parts expected'],
    ['three parts', sequence(clear, clear, clear), 'ObjectStore: two parts expected'],
    ['data of another type', sequence(nothing, clear), 'store data expected'],
    ['no data', sequence(sequence(), clear), 'EncryptedObjectStoreData: two parts expected'],
    ['no ciphertext', sequence(sequence(integrity), clear), 'EncryptedObjectStoreData: two parts expected'],
    ['an algorithm of another type', sequence(sequence(nothing, data), clear), 'store encryption algorithm expected'],
    ['a ciphertext of another type', sequence(sequence(integrity, nothing), clear), 'encrypted store data expected'],
    ['a MAC of another type', sequence(clear, nothing), 'PbkdMacIntegrityCheck expected'],
    ['no MAC', sequence(clear, sequence()), 'PbkdMacIntegrityCheck: three parts expected'],
    ['no key derivation', sequence(clear, sequence(integrity)), 'PbkdMacIntegrityCheck: three parts expected'],
    ['no value', sequence(clear, sequence(integrity, integrity)), 'PbkdMacIntegrityCheck: three parts expected'],
    ['a value of another type', sequence(clear, sequence(integrity, integrity, nothing)), 'MAC expected'],
    ['no signature', sequence(clear, explicit()), 'integrity check: one element expected'],
    ['a signature of another type', sequence(clear, explicit(nothing)), 'SignatureCheck expected'],
    ['a signature of no parts', sequence(clear, explicit(sequence())), 'SignatureCheck: empty'],
    [
      'two lists of certificates',
      sequence(clear, explicit(sequence(integrity, explicit(sequence(), sequence())))),
      'certificates: one element expected',
    ],
    [
      'certificates of another type',
      sequence(clear, explicit(sequence(integrity, explicit(nothing)))),
      'certificates expected',
    ],
  ])('%s', (_, der, message) => {
    expect(() => readObjectStore(der, 100)).toThrow(
      expect.objectContaining({
        code: 'ERR_STORE_MALFORMED',
        message: expect.stringMatching(`^BCFKS store: ${message}`),
      }),
    );
  });
});
