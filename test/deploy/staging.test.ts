import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Staging } from '../../src/deploy/staging.js';
import { linkText } from '../../src/deploy/target.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jks2pem-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Files that this process has open in the folder. */
function openFiles(): number {
  const paths = readdirSync('/proc/self/fd').map((fd) => linkText(join('/proc/self/fd', fd)));
  return paths.filter((path) => path?.startsWith(folder)).length;
}

async function stage(count: number): Promise<Staging> {
  const staging = new Staging(join(folder, 'new'), folder);
  for (let i = 0; i < count; i++)
    await staging.add(`${i}.pem`, { content: Buffer.from(`key ${i}`), defaultMode: 0o600 }, undefined);
  return staging;
}

test.each([1, 31, 32, 100])(
  '%i files are complete and closed once they are synced, under their mode',
  async (count) => {
    const staging = await stage(count);
    await staging.synced();
    expect(staging.failures.size).toBe(0);
    for (let i = 0; i < count; i++) {
      const path = join(folder, 'new', `${i}.pem`);
      expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o7777]).toEqual([`key ${i}`, 0o600]);
    }
    expect(openFiles()).toBe(0);
  },
);

test('what is given up is closed', async () => {
  const staging = await stage(3);
  staging.close();
  expect(openFiles()).toBe(0);
  await staging.synced();
});
