import { describe, expect, test } from 'vitest';
import {
  aBoolean,
  aDate,
  aFunction,
  aNumber,
  aNumberBetween,
  anIterable,
  anObject,
  aPassword,
  aResult,
  arrayOf,
  aString,
  checkArgument,
  checkOptions,
  type Expectation,
  oneOf,
  someBytes,
  someDer,
} from '../../src/bytes/check-arguments.js';

const pem = Buffer.from('-----BEGIN CERTIFICATE-----\n');
const aKey = aResult('a key', { pkcs8: someDer, name: aString });

describe('what is expected', () => {
  test.each<[string, Expectation, unknown, string | undefined]>([
    ['a string', aString, '', undefined],
    ['bytes for a string', aString, pem, `a string; decode it first, e.g. Buffer.from(bytes).toString('utf8')`],
    ['null for a string', aString, null, 'a string'],
    ['a password', aPassword, '', undefined],
    ['null for a password', aPassword, null, 'a string; leave it out, or pass undefined, if there is none'],
    ['a number for a password', aPassword, 0, 'a string'],
    ['false', aBoolean, false, undefined],
    ['0 for a truth', aBoolean, 0, 'true or false'],
    ['0', aNumber, 0, undefined],
    ['NaN', aNumber, Number.NaN, 'a number'],
    ['infinity', aNumber, Number.POSITIVE_INFINITY, 'a number'],
    ['digits', aNumber, '5', 'a number'],
    ['the least', aNumberBetween(1, 5), 1, undefined],
    ['the most', aNumberBetween(1, 5), 5, undefined],
    ['less', aNumberBetween(1, 5), 0.9, 'a number from 1 to 5'],
    ['more', aNumberBetween(1, 5), 5.1, 'a number from 1 to 5'],
    ['NaN between', aNumberBetween(1, 5), Number.NaN, 'a number from 1 to 5'],
    ['digits between', aNumberBetween(1, 5), '3', 'a number from 1 to 5'],
    ['a function', aFunction, () => {}, undefined],
    ['no function', aFunction, {}, 'a function'],
    ['an object', anObject, [], undefined],
    ['null for an object', anObject, null, 'an object'],
    ['a result', aKey, { pkcs8: pem.subarray(5), name: '' }, undefined],
    ['a promise of a result', aKey, Promise.resolve(), 'a key; await the promise first'],
    ['a string for a result', aKey, 'x', 'a key'],
    ['null for a result', aKey, null, 'a key'],
    [
      'a result with a wrong part',
      aKey,
      { pkcs8: 'x', name: '' },
      "a key, with pkcs8 as a Uint8Array; read the file, or encode the text with Buffer.from(text, 'latin1')",
    ],
    ['a result that lacks a part', aKey, { pkcs8: Uint8Array.of(0x30) }, 'a key, with name as a string'],
    ['a date', aDate, new Date(0), undefined],
    ['an invalid date', aDate, new Date('x'), 'a valid Date'],
    ['a number for a date', aDate, 0, 'a valid Date'],
    ['bytes', someBytes, new Uint8Array(), undefined],
    ['an ArrayBuffer', someBytes, new ArrayBuffer(1), 'a Uint8Array; wrap the ArrayBuffer with new Uint8Array(buffer)'],
    ['an array for bytes', someBytes, [1], 'a Uint8Array'],
    ['DER', someDer, Uint8Array.of(0x30), undefined],
    ['PEM for DER', someDer, pem, 'DER, not PEM; decodePem(text) gives the DER of its blocks'],
    ['a hyphen is no PEM', someDer, Buffer.from('-----BEGIN'), undefined],
    ['PEM after a line feed is taken for DER', someDer, Buffer.from('\n-----BEGIN X-----'), undefined],
    ['an array for DER', someDer, [1], 'a Uint8Array'],
    ['a choice', oneOf('a', 'b'), 'b', undefined],
    ['no choice', oneOf('a', 'b'), 'c', 'one of a, b'],
    ['an empty array', arrayOf(aString), [], undefined],
    ['an array with a wrong element', arrayOf(aString), ['a', 1], 'an array of which each element is a string'],
    ['an element for an array', arrayOf(aString), 'a', 'an array'],
    ['a set', anIterable, new Set(), undefined],
    ['bytes for an iterable', anIterable, new Uint8Array(), 'an array or another iterable of objects'],
    ['a string for an iterable', anIterable, 'abc', 'an array or another iterable of objects'],
    ['an object for an iterable', anIterable, {}, 'an array or another iterable of objects'],
  ])('%s', (_, expectation, value, problem) => expect(expectation(value)).toBe(problem));
});

describe('an argument that is not valid is described by its type, never by its value', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['an array', []],
    ['an invalid Date', new Date('x')],
    ['a Date', new Date(0)],
    ['a Promise', Promise.resolve()],
    ['a Buffer', Buffer.from('secret')],
    ['a Uint8Array', new Uint8Array(1)],
    ['an object', {}],
    ['a number', 5],
    ['a boolean', true],
    ['a function', () => {}],
    ['a symbol', Symbol('secret')],
    ['a bigint', 5n],
  ])('%s', (description, value) => {
    const refuse: Expectation = () => 'something else';
    expect(() => checkArgument('convert', 'bytes', value, refuse)).toThrow(
      new TypeError(`convert: bytes must be something else; this is ${description}`),
    );
  });

  test('one that is valid is accepted', () => expect(checkArgument('convert', 'bytes', 'x', aString)).toBeUndefined());
});

describe('options', () => {
  const expectations = {
    storePass: aPassword,
    keyPasswords: arrayOf(aString),
    aliases: arrayOf(aString),
    days: aNumber,
  };
  const names = 'storePass, keyPasswords, aliases, days';
  const check = (options: unknown) => () => checkOptions('convert', options, expectations);

  test.each<[string, unknown]>([
    ['none', {}],
    ['an option', { storePass: 'x' }],
    ['options that are not given', { storePass: undefined, aliases: undefined }],
  ])('are accepted: %s', (_, options) => expect(check(options)).not.toThrow());

  test.each<[string, unknown, string]>([
    ['an array', [], 'convert: options must be an object such as { storePass: … }; this is an array'],
    ['bytes', new Uint8Array(), 'convert: options must be an object such as { storePass: … }; this is a Uint8Array'],
    ['nothing', undefined, 'convert: options must be an object such as { storePass: … }; this is undefined'],
    ['a wrong value', { storePass: 5 }, 'convert: storePass must be a string; this is a number'],
    ['other letters', { STORE_PASS: 'x' }, 'convert: there is no option "STORE_PASS"; did you mean storePass?'],
    [
      'another word for it',
      { storePassword: 'x' },
      'convert: there is no option "storePassword"; did you mean storePass?',
    ],
    ['the singular', { day: 5 }, 'convert: there is no option "day"; did you mean days?'],
    ['the beginning', { alias: 'x' }, 'convert: there is no option "alias"; did you mean aliases?'],
    [
      'more than it',
      { keyPasswordsList: [] },
      'convert: there is no option "keyPasswordsList"; did you mean keyPasswords?',
    ],
    ['four letters of it', { stor: 'x' }, 'convert: there is no option "stor"; did you mean storePass?'],
    ['three letters of it', { sto: 'x' }, `convert: there is no option "sto"; options are ${names}`],
    ['the name of a method', { constructor: 1 }, `convert: there is no option "constructor"; options are ${names}`],
    ['a long name', { ['x'.repeat(60)]: 1 }, `convert: there is no option "${'x'.repeat(50)}"; options are ${names}`],
  ])('are refused: %s', (_, options, message) => expect(check(options)).toThrow(new TypeError(message)));
});
