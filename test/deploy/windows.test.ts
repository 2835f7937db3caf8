import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isDeviceName, isEntryName, isHeldOpen, renameOver } from '../../src/deploy/windows.js';

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

test('no name is that of a device where there are none', () => expect(isDeviceName('nul.pem')).toBe(false));

test.each([
  ['nul', true],
  ['nul.pem', true],
  ['Com1.example.pem', true],
  ['nul2.pem', false],
  ['_nul.pem', false],
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
