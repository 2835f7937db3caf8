import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkOutputPath } from '../../src/deploy/check-output-path.js';
import { user } from './transaction-runs.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
});
afterEach(() => rmSync(directory, { recursive: true }));
const openFiles = () => readdirSync('/proc/self/fd').length;

describe('an output file', () => {
  test.each<[string, (path: string) => void]>([
    ['nothing', () => {}],
    ['a file', (path) => writeFileSync(path, '')],
    ['a link that leads nowhere', (path) => symlinkSync('none', path)],
  ])('can have the path of %s; no directory stays open', (_, make) => {
    make(join(directory, 'a.pem'));
    const before = openFiles();
    checkOutputPath(join(directory, 'a.pem'), user);
    expect(openFiles()).toBe(before);
  });

  test.each<[string, string, (path: string) => void, string]>([
    ['a directory', 'a.pem', (path) => mkdirSync(path), 'is a directory'],
    ['a file in a missing directory', 'none/a.pem', () => {}, 'no such directory'],
    ['a name that is too long', 'x'.repeat(300), () => {}, 'name too long'],
  ])('cannot have the path of %s; no directory stays open', (_, name, make, reason) => {
    const path = join(directory, name);
    make(path);
    const before = openFiles();
    expect(() => checkOutputPath(path, user)).toThrow(
      expect.objectContaining({ code: 'ERR_OUTPUT', message: expect.stringContaining(reason) }),
    );
    expect(openFiles()).toBe(before);
  });
});
