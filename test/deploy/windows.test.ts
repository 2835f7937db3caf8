import fs, { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import {
  isDeviceName,
  isEntryName,
  isHeldOpen,
  isWindows,
  mayBeOpenElsewhere,
  renameOver,
} from '../../src/deploy/windows.js';
import { systemError } from './system-calls.js';

// What is different on Windows itself is tested there: test/windows.
const folder = mkdtempSync(join(tmpdir(), 'jks2pem-windows-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['mail.pem', true],
  ['a:b', true],
  ['a\\b', true],
  ['', false],
  ['.', false],
  ['..', false],
  ['a/b', false],
])('%j names an entry of a directory: %s', (text, isName) => expect(isEntryName(text)).toBe(isName));

test.each([
  ['mail.pem', true],
  ['a:b', false],
  ['a\\b', false],
  ['a/b', false],
  ['..', false],
])('%j names an entry of a directory on Windows: %s', (text, isName) => expect(isEntryName(text, true)).toBe(isName));

test('no name is that of a device where there are none', () => expect(isDeviceName('nul.pem')).toBe(false));

test.each([
  ['nul', true],
  ['nul.pem', true],
  ['Com1.example.pem', true],
  ['CON', true],
  ['prn.pem', true],
  ['aux', true],
  ['com9', true],
  ['lpt1', true],
  ['LPT3.pem', true],
  ['nul2.pem', false],
  ['_nul.pem', false],
  ['com.pem', false],
  ['comx', false],
  ['lptx', false],
  ['lpt', false],
])('%j is the name of a device on Windows: %s', (name, isDevice) => expect(isDeviceName(name, true)).toBe(isDevice));

test('renameOver replaces a file, and fails at once if there is nothing to rename', () => {
  const [from, to] = [join(folder, 'new'), join(folder, 'old')];
  writeFileSync(from, 'new');
  writeFileSync(to, 'old');
  renameOver(from, to);
  expect(readFileSync(to, 'utf8')).toBe('new');
  expect(() => renameOver(from, to)).toThrow('ENOENT');
});

test('no file is held open where that holds nothing up', () => {
  expect(isHeldOpen(join(folder, 'missing'))).toBe(false);
});

test('only Windows, whose separator is a backslash, is Windows', () => expect(isWindows).toBe(false));

describe('a file that another program has open', () => {
  const { openSync, renameSync } = fs;
  const install = (functions: object) => {
    Object.assign(fs, functions);
    syncBuiltinESMExports();
  };
  afterEach(() => {
    install({ openSync, renameSync });
    vi.restoreAllMocks();
  });
  const codes = ['EPERM', 'EACCES', 'EBUSY'];

  test.each(codes)('fails with %s on Windows, where it is waited for; elsewhere, that is another failure', (code) => {
    const failure = systemError(code, 'rename');
    expect([mayBeOpenElsewhere(failure, true), mayBeOpenElsewhere(failure, false)]).toEqual([true, false]);
  });

  test.each<[string, unknown]>([
    ['another code', systemError('ENOENT', 'rename')],
    ['no code', new Error('EPERM')],
    ['a code, but is no error', { code: 'EPERM' }],
    ['nothing', undefined],
  ])('is not the reason of a failure with %s', (_, failure) => expect(mayBeOpenElsewhere(failure, true)).toBe(false));

  /** Makes the first renames fail, and counts all of them and the pauses between them. */
  function failing(times: number, code: string): { renames: number; readonly pauses: unknown[] } {
    const counted = { renames: 0, pauses: [] as unknown[] };
    vi.spyOn(Atomics, 'wait').mockImplementation((...[, , , milliseconds]: unknown[]) => {
      counted.pauses.push(milliseconds);
      return 'timed-out';
    });
    install({
      renameSync: () => {
        if (++counted.renames <= times) throw systemError(code, 'rename');
      },
    });
    return counted;
  }

  test.each(codes)('is replaced once it is closed: %s', (code) => {
    const counted = failing(39, code);
    renameOver('from', 'to', true);
    expect(counted).toEqual({ renames: 40, pauses: Array(39).fill(50) });
  });

  test('is given up after two seconds', () => {
    const counted = failing(41, 'EBUSY');
    expect(() => renameOver('from', 'to', true)).toThrow('EBUSY');
    expect([counted.renames, counted.pauses.length]).toEqual([40, 39]);
  });

  test.each([
    ['EBUSY', false],
    ['ENOSPC', true],
  ])('is not waited for after %s, on Windows: %s', (code, onWindows) => {
    const counted = failing(41, code);
    expect(() => renameOver('from', 'to', onWindows)).toThrow(code);
    expect(counted).toEqual({ renames: 1, pauses: [] });
  });

  test.each(codes)('counts as held open: %s', (code) => {
    install({
      openSync: () => {
        throw systemError(code, 'open');
      },
    });
    expect(isHeldOpen('claim', true)).toBe(true);
    expect(() => isHeldOpen('claim', false)).toThrow(code);
  });

  test('is not held open if it can be opened, and is closed again', () => {
    const open = () => fs.readdirSync('/proc/self/fd').length;
    const file = join(folder, 'claim');
    writeFileSync(file, '');
    const before = open();
    expect([isHeldOpen(file, true), isHeldOpen(join(folder, 'missing'), true)]).toEqual([false, false]);
    expect(open()).toBe(before);
  });
});
