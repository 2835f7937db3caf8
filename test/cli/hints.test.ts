import { describe, expect, test } from 'vitest';
import { addHint, hintFor } from '../../src/cli/hints.js';
import {
  EntryAmbiguousError,
  EntryNotFoundError,
  EntryTypeError,
  HookFailedError,
  KeyMismatchError,
  KeyUnrecoverableError,
  LimitExceededError,
  OutputError,
  PathNotFoundError,
  ProbeError,
  StoreIntegrityError,
  StoreMalformedError,
  StoreUnsupportedError,
} from '../../src/errors.js';

const list = 'jks2pem list KEYSTORE shows what is inside';
const probe = 'check the name, the port and the firewall; the default port is 587, HOST:25 asks another one';
const choice = (alias: string, name: string) => new EntryAmbiguousError('', [], [{ alias, name }] as never);

describe('the hint for an error', () => {
  test.each<[string, Error, string | undefined]>([
    ['several keys', choice('mail', 'mail'), 'choose one with -a ALIAS, e.g. -a mail'],
    ['a key whose alias needs quotes', choice("it's", "it's"), `choose one with -a ALIAS, e.g. -a 'it'\\''s'`],
    ['keys of one alias', choice('mail', 'sha256:ab'), 'choose one by its fingerprint, e.g. -a sha256:ab'],
    ['several unknown keys', new EntryAmbiguousError('', []), 'choose one by its fingerprint, e.g. -a ALIAS'],
    ['a misspelt alias', new EntryNotFoundError('', 'mial', ['mail', 'x']), `did you mean -a mail? ${list}`],
    ['an unknown alias', new EntryNotFoundError('', 'other', ['mail']), list],
    [
      'no key',
      new EntryNotFoundError('', undefined, []),
      `--trusted writes the trusted certificates as one CA file; ${list}`,
    ],
    [
      'a wrong password',
      new StoreIntegrityError(''),
      'try the password with keytool -list -keystore FILE; if keytool accepts it, copy the keystore again, in binary mode',
    ],
    [
      'a damaged file',
      new StoreMalformedError('', '', 0),
      'the file is damaged or cut short; copy it again, in binary mode, and compare its checksum with the original',
    ],
    [
      'an entry of another kind',
      new EntryTypeError(''),
      'jks2pem list KEYSTORE shows the private keys; --trusted -a ALIAS writes a certificate without a key',
    ],
    [
      'a key without a certificate',
      new PathNotFoundError('', 0),
      'give the certificate of the key with --add-cert FILE',
    ],
    ['a wrong password of a key', new KeyUnrecoverableError('', ''), 'give the password of the key with --keypass'],
    ['a hook', new HookFailedError(''), 'the next run tries again; run the hook by hand to see what is missing'],
    ['a hook that was stopped', new HookFailedError('', { reason: 'stopped' }), 'the next run tries again'],
    ['a hook with its own', new HookFailedError('', { hint: 'own' }), 'own'],
    ['an output with its own', new OutputError('', { hint: 'own' }), 'own'],
    ['an output', new OutputError(''), undefined],
    ['PEM with a key', new StoreUnsupportedError('PEM already: PRIVATE KEY'), 'jks2pem verify FILE checks a PEM file'],
    [
      'PEM with a certificate',
      new StoreUnsupportedError('PEM already: CERTIFICATE'),
      'jks2pem verify FILE checks a PEM file',
    ],
    [
      'other PEM',
      new StoreUnsupportedError('PEM already: PKCS7'),
      'it has no private key; --add-cert FILE adds its certificates to those of a keystore',
    ],
    ['an unknown type', new StoreUnsupportedError('not a keystore'), undefined],
    [
      'a limit',
      new LimitExceededError('entries', 2, 1),
      'limits protect the machine from hostile files; --limit NAME=VALUE changes one',
    ],
    ['a server that refuses', new ProbeError('x: connection refused'), probe],
    ['a server that does not exist', new ProbeError('x: no such host'), probe],
    ['a server that is silent', new ProbeError('x: no answer within 5 s'), probe],
    ['another failure of a server', new ProbeError('x: refused the name'), undefined],
    ['a key of another certificate', new KeyMismatchError('', ''), undefined],
    ['a fault', new TypeError(''), undefined],
  ])('%s', (_, error, hint) => expect(hintFor(error)).toBe(hint));

  test('may be a specific one, which goes before the general one', () => {
    const error = new StoreIntegrityError('');
    addHint(error, 'specific');
    expect([hintFor(error), hintFor('text')]).toEqual(['specific', undefined]);
  });
});
