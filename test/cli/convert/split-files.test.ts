import { describe, expect, test } from 'vitest';
import type { OutputFile } from '../../../src/cli/convert/output-files.js';
import { SplitNames, staleFiles } from '../../../src/cli/convert/split-files.js';
import type { Host } from '../../../src/cli/host.js';

describe('the name of a file for an alias', () => {
  test.each([
    ['mail', 'mail.pem'],
    ['mail.example-1_A', 'mail.example-1_A.pem'],
    ['a/b\\c d', 'a_b_c_d.pem'],
    ['../../etc/passwd', '_._.._etc_passwd.pem'],
    ['.hidden', '_hidden.pem'],
    ['..', '_..pem'],
    ['', '_.pem'],
    // Each byte of UTF-8 becomes an underscore.
    ['ä', '__.pem'],
    ['a\0\n', 'a__.pem'],
    ['x'.repeat(200), `${'x'.repeat(200)}.pem`],
    ['x'.repeat(201), `${'x'.repeat(200)}.pem`],
  ])('%j: %s', (alias, name) => expect(new SplitNames().nameFor(alias, '.pem')).toBe(name));

  test('is not that of a device on Windows', () => {
    const aliases = ['con', 'NUL.example', 'com1', 'com10', '_con'];
    const namesOn = (onWindows: boolean) => {
      const names = new SplitNames(onWindows);
      return aliases.map((alias) => names.nameFor(alias, '.crt'));
    };
    expect(namesOn(true)).toEqual(['_con.crt', '_NUL.example.crt', '_com1.crt', 'com10.crt', '_con-2.crt']);
    expect(namesOn(false)).toEqual(['con.crt', 'NUL.example.crt', 'com1.crt', 'com10.crt', '_con.crt']);
  });

  test('gets a number if it is used, also in other letters; another extension makes another name', () => {
    const names = new SplitNames();
    expect([
      names.nameFor('ca', '.crt'),
      names.nameFor('CA', '.crt'),
      names.nameFor('ca', '.crt'),
      names.nameFor('ca-2', '.crt'),
      names.nameFor('ca', '.pem'),
    ]).toEqual(['ca.crt', 'CA-2.crt', 'ca-3.crt', 'ca-2-2.crt', 'ca.pem']);
  });
});

describe('certificate files without an entry', () => {
  const stale = (present: readonly string[], written: readonly string[]) =>
    staleFiles(
      '/etc/ssl',
      written.map((name): OutputFile => ({ name, content: new Uint8Array(), isSecret: false })),
      { namesIn: () => [...present] } as unknown as Host,
    );
  const message = (names: string) => [{ code: 'WARN_FILE_STALE', message: `the keystore has no entry for ${names}` }];

  test.each<[readonly string[], readonly string[], string | undefined]>([
    [[], [], undefined],
    [['a.crt', 'notes', 'b.pem', 'crt'], ['a.crt'], undefined],
    [['b.crt', 'a.crt'], [], '/etc/ssl/a.crt, /etc/ssl/b.crt'],
    [['a.crt', 'b.crt'], ['a.crt'], '/etc/ssl/b.crt'],
    [
      ['1.crt', '2.crt', '3.crt', '4.crt', '5.crt'],
      [],
      '/etc/ssl/1.crt, /etc/ssl/2.crt, /etc/ssl/3.crt, /etc/ssl/4.crt, /etc/ssl/5.crt',
    ],
    [
      ['7.crt', '1.crt', '2.crt', '3.crt', '4.crt', '5.crt', '6.crt'],
      [],
      '/etc/ssl/1.crt, /etc/ssl/2.crt, /etc/ssl/3.crt, /etc/ssl/4.crt, /etc/ssl/5.crt and 2 more',
    ],
  ])('present %j, written %j', (present, written, names) =>
    expect(stale(present, written)).toEqual(names === undefined ? [] : message(names)),
  );
});
