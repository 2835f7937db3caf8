import { describe, expect, test } from 'vitest';
import { addHint, hintFor, warningHints } from '../../src/cli/hints.js';
import { commandReferences } from '../../src/cli/manual/command-reference.js';
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
      'the password is wrong, or the file is damaged: if keytool -list accepts the password for the original file, copy that file again, in binary mode',
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

describe('the hint for a warning', () => {
  test('is there for each warning that --strict refuses often', () => {
    const again = 'renew the certificate, import it into the keystore, and run this again';
    expect(warningHints).toEqual({
      WARN_CERTIFICATE_EXPIRED: again,
      WARN_CERTIFICATE_EXPIRES_SOON: again,
      WARN_CERTIFICATE_NOT_YET_VALID: 'check the clock of this machine, or wait',
      WARN_CERTIFICATE_UNUSABLE:
        'ask the CA for a certificate for TLS servers (extended key usage serverAuth); --purpose clientAuth converts one of a client',
      WARN_LEAF_SELF_SIGNED:
        'import the reply of the CA into the keystore (keytool -importcert), or give it with --add-cert FILE; --trust FILE accepts this very certificate',
      WARN_CHAIN_INCOMPLETE: 'add the missing issuer with --add-cert FILE, or fetch it with --fetch-issuers',
      WARN_ANCHOR_UNKNOWN:
        'name the root that your clients know with --trust FILE; --allow WARN_ANCHOR_UNKNOWN accepts the chain without it',
      WARN_KEY_WEAK: 'make a new key, EC or RSA with at least 2048 bits, and have it certified',
      WARN_SIGNATURE_WEAK: 'ask the CA for a certificate that is signed with SHA-256 or better',
      WARN_INTEGRITY_NOT_CHECKED: 'give the store password, so that a changed keystore is noticed',
      WARN_INTEGRITY_UNVERIFIABLE:
        'get the keystore from a source that you trust; --allow WARN_INTEGRITY_UNVERIFIABLE accepts it',
      WARN_OUTPUT_READABLE: '--mode 0600 makes the private key readable by its owner only',
      WARN_PASSWORD_FILE_READABLE: 'chmod 600 the password file',
    });
  });

  test('names only options that convert has', async () => {
    const [convert] = await commandReferences();
    const options = convert?.options.map(({ long }) => long);
    const named = Object.values(warningHints).flatMap((hint) => hint?.match(/--[a-z-]+/g) ?? []);
    expect(named.length).toBeGreaterThan(5);
    for (const option of named) expect(options).toContain(option);
  });
});
