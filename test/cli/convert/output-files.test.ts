import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/cli/command-errors.js';
import { fileContent, pathOf, readableKeyWarning } from '../../../src/cli/convert/output-files.js';
import type { Host } from '../../../src/cli/host.js';
import { LimitExceededError } from '../../../src/errors.js';

const content = Uint8Array.of(1);
const file = (isSecret: boolean, name?: string) => ({ name, content, isSecret });

test('the path of a file is that of the output, or in its directory', () => {
  expect([pathOf('/a', file(true)), pathOf('/a', file(true, 'b.pem'))]).toEqual(['/a', '/a/b.pem']);
});

describe('the rights of a file', () => {
  const rights = { mode: 0o640, owner: { uid: 5 } };
  test.each<[string, boolean, string | undefined, object, object]>([
    ['a key', true, undefined, {}, { defaultMode: 0o600, holdsKey: true }],
    ['a key in a directory', true, 'privkey.pem', rights, { defaultMode: 0o600, holdsKey: true, ...rights }],
    ['certificates alone', false, undefined, {}, { defaultMode: 0o644, holdsKey: false }],
    ['certificates in one file', false, undefined, rights, { defaultMode: 0o644, holdsKey: false, ...rights }],
    // --mode is for the key, beside which the certificates stay public.
    [
      'certificates beside a key',
      false,
      'cert.pem',
      rights,
      { defaultMode: 0o644, holdsKey: false, owner: { uid: 5 } },
    ],
  ])('of %s', (_, isSecret, name, given, expected) =>
    expect(fileContent(file(isSecret, name), [], { rights: given, part: 'entries' })).toEqual({ content, ...expected }),
  );

  test('of certificates without a key, in several files', () =>
    expect(fileContent(file(false, 'ca.crt'), [], { rights, part: 'trusted' })).toMatchObject(rights));

  test('only an encrypted key is compared by what it contains', () => {
    expect(fileContent(file(true), [], { rights: {}, part: 'bundle', encryptKey: 'x' }).isCurrent).toBeTypeOf(
      'function',
    );
    expect(fileContent(file(false), [], { rights: {}, part: 'bundle', encryptKey: 'x' }).isCurrent).toBeUndefined();
  });
});

describe('a warning about a key that other users can read', () => {
  const key = '-----BEGIN PRIVATE KEY-----';
  const regular = 0o100_000;
  function warns(mode: number | undefined, present?: { mode: number; text?: string | Error }) {
    let bytes: Uint8Array | undefined;
    const host = {
      statusOf: () => present,
      readFile: () => {
        if (present?.text instanceof Error) throw present.text;
        bytes = new Uint8Array(Buffer.from(present?.text ?? key));
        return bytes;
      },
    } as unknown as Host;
    const warning = readableKeyWarning('/a.pem', mode === undefined ? {} : { mode }, host);
    expect(bytes?.every((byte) => byte === 0) ?? true).toBe(true);
    if (warning)
      expect(warning).toEqual({
        code: 'WARN_OUTPUT_READABLE',
        message: '/a.pem: holds a private key and is world-readable',
      });
    return warning !== undefined;
  }

  test.each([
    [0o600, false],
    [0o640, false],
    [0o660, false],
    [0o604, true],
    [0o644, true],
    [0o602, false],
  ])('for the mode %o that is asked for: %s', (mode, isWarned) => expect(warns(mode)).toBe(isWarned));

  test.each<[string, { mode: number; text?: string | Error } | undefined, boolean]>([
    ['no file', undefined, false],
    ['a key for everyone', { mode: regular | 0o644 }, true],
    ['a key for the group', { mode: regular | 0o640 }, false],
    ['a public file without a key', { mode: regular | 0o644, text: 'text' }, false],
    ['a public pipe, which is not read', { mode: 0o010_644, text: new Error('it is read') }, false],
    ['a file that cannot be read', { mode: regular | 0o604, text: new InputError('no') }, false],
    ['a file that is too large', { mode: regular | 0o604, text: new LimitExceededError('fileBytes', 2, 1) }, false],
  ])('for an existing file that keeps its mode, %s: %s', (_, present, isWarned) =>
    expect(warns(undefined, present)).toBe(isWarned),
  );

  test('a fault is not taken for an unreadable file', () => {
    expect(() => warns(undefined, { mode: regular | 0o644, text: new TypeError('fault') })).toThrow('fault');
  });
});
