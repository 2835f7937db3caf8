import { describe, expect, test } from 'vitest';
import { bounded } from '../../../src/bytes/bounded-text.js';
import type { Host } from '../../../src/cli/host.js';
import { errorScreen, layOut, outputScreen, type Screen } from '../../../src/cli/terminal/screen.js';
import { asDim, asError, asGood, asName, asWarning, plain } from '../../../src/cli/terminal/text.js';
import { visibleWidth } from '../../../src/cli/terminal/wrap.js';

const plainScreen: Screen = { columns: undefined, hasColors: false, isUnicode: true };

describe('text', () => {
  test('is escaped in every part', () => {
    const text = ['a\u001b[2J', asName('b\u202e'), [asError('c\u2028')]];
    expect(layOut([text], plainScreen)).toBe('a\\u{1b}[2Jb\\u{202e}c\\u{2028}\n');
    expect(plain(text)).toBe('a\\u{1b}[2Jb\\u{202e}c\\u{2028}');
  });

  test.each([
    [asError('x'), '\u001b[31mx\u001b[39m'],
    [asWarning('x'), '\u001b[33mx\u001b[39m'],
    [asGood('x'), '\u001b[32mx\u001b[39m'],
    [asName('x'), '\u001b[1mx\u001b[22m'],
    [asDim('x'), '\u001b[2mx\u001b[22m'],
  ])('has the colour of its look', (text, colored) => {
    expect(layOut([text], { ...plainScreen, hasColors: true })).toBe(`${colored}\n`);
    expect(layOut([text], plainScreen)).toBe('x\n');
  });

  test('is ASCII where the locale is not UTF-8', () => {
    const ascii = { ...plainScreen, isUnicode: false };
    expect(layOut(['│  ├─ a', '└─ Bücher… → 😀'], ascii)).toBe('|  |- a\n`- B\\u{fc}cher... -> \\u{1f600}\n');
  });

  test('lists twenty names at most', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `n${i}`);
    expect(bounded(names)).toMatch(/^n0, .*, n19, … 9,980 more$/);
    expect(bounded(names.slice(0, 20))).toMatch(/n18, n19$/);
  });
});

describe('a line is wrapped between words', () => {
  const at = (columns: number, ...lines: Parameters<typeof layOut>[0]) => layOut(lines, { ...plainScreen, columns });

  test('only if it is too long', () => {
    expect(at(30, 'twelve words')).toBe('twelve words\n');
    expect(at(30, 'these words are thirty columns', 'x')).toBe('these words are thirty columns\nx\n');
  });

  test('with the rest indented below it', () => {
    expect(at(30, '  warning: the certificate expires in ten days, renew it')).toBe(
      '  warning: the certificate\n    expires in ten days, renew\n    it\n',
    );
    expect(at(30, '    1. CN=mail.example.com, O=Example Company')).toBe(
      '    1. CN=mail.example.com,\n       O=Example Company\n',
    );
  });

  test('below the branches of a tree', () => {
    expect(at(36, '│  ├─ CN=Intermediate CA, O=Example  (cross certificate)')).toBe(
      '│  ├─ CN=Intermediate CA, O=Example\n│  │    (cross certificate)\n',
    );
  });

  test('never inside a word, so that hashes and paths can be copied', () => {
    const hash = 'a'.repeat(64);
    expect(at(30, `  SHA-256 ${hash} x`)).toBe(`  SHA-256\n    ${hash}\n    x\n`);
  });

  test('not inside a word of several looks', () => {
    const colored = layOut([['see the alias "', asName('mailserver'), '", please']], {
      columns: 20,
      hasColors: true,
      isUnicode: true,
    });
    expect(colored).toBe('see the alias\n  "\u001b[1mmailserver\u001b[22m",\n  please\n');
  });

  test('by columns, not characters', () => {
    expect(['abc', '証明書', 'e\u0301', '😀'].map(visibleWidth)).toEqual([3, 6, 1, 2]);
  });
});

describe('a screen', () => {
  const host = (environment: Record<string, string>, isTerminal: boolean) =>
    ({
      environment: (name: string) => environment[name],
      outputIsTerminal: () => isTerminal,
      errorIsTerminal: () => isTerminal,
      outputColumns: () => (isTerminal ? 80 : undefined),
      errorColumns: () => (isTerminal ? 100 : undefined),
    }) as unknown as Host;

  test.each<[Record<string, string>, boolean, boolean]>([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    [{ NODE_DISABLE_COLORS: '1' }, true, false],
  ])('with %j, terminal %s: colours %s', (environment, isTerminal, hasColors) => {
    expect(outputScreen(host(environment, isTerminal)).hasColors).toBe(hasColors);
    expect(errorScreen(host(environment, isTerminal)).hasColors).toBe(hasColors);
  });

  test.each<[Record<string, string>, boolean]>([
    [{}, false],
    [{ LANG: 'C' }, false],
    [{ LANG: 'de_DE.UTF-8' }, true],
    [{ LANG: 'de_DE.UTF-8', LC_ALL: 'C' }, false],
    [{ LANG: 'C', LC_CTYPE: 'C.utf8' }, true],
    [{ LC_ALL: '', LANG: 'C.UTF-8' }, true],
  ])('in locale %j: Unicode %s', (environment, isUnicode) => {
    expect(outputScreen(host(environment, false)).isUnicode).toBe(isUnicode);
  });

  test('is as wide as its terminal, and without bounds elsewhere', () => {
    expect([outputScreen(host({}, true)).columns, errorScreen(host({}, true)).columns]).toEqual([80, 100]);
    expect(outputScreen(host({}, false)).columns).toBeUndefined();
  });

  test('has no bounds if the terminal does not know its width', () => {
    const unsized = { ...host({}, true), outputColumns: () => 0, errorColumns: () => 0 };
    expect([outputScreen(unsized).columns, errorScreen(unsized).columns]).toEqual([undefined, undefined]);
  });
});
