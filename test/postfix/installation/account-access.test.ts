import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAccount, ownerName } from '../../../src/postfix/installation/account.js';
import { isReachable } from '../../../src/postfix/installation/account-access.js';
import { oldestSmtpdStart } from '../../../src/postfix/installation/running-smtpd.js';

const folder = mkdtempSync(join(tmpdir(), 'jks2pem-reading-'));
afterAll(() => rmSync(folder, { recursive: true }));

const stranger = { uid: 54_321, gids: new Set([54_321]) };
const { uid, gid, username } = userInfo();
const self = { uid, gids: new Set([gid]) };

describe('who can reach what', () => {
  test('a file, by the class that fits', () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    chmodSync(folder, 0o755);
    chmodSync(path, 0o604);
    expect([isReachable(path, self), isReachable(path, stranger)]).toEqual(['yes', 'yes']);
    chmodSync(path, 0o640);
    expect([isReachable(path, self), isReachable(path, stranger)]).toEqual(['yes', 'denied']);
    expect(isReachable(path, { uid: 54_321, gids: new Set([gid]) })).toBe('yes');
    expect(isReachable(join(folder, 'none'), self)).toBe('missing');
    expect(isReachable(path, undefined)).toBe('yes');
  });

  test('a socket in a directory without search permission', async () => {
    const inner = join(folder, 'mux');
    mkdirSync(inner);
    const path = join(inner, 's');
    const server = createServer().listen(path);
    await new Promise((resolve) => server.once('listening', resolve));
    chmodSync(path, 0o777);
    expect(isReachable(path, stranger)).toBe('yes');
    chmodSync(path, 0o755);
    expect(isReachable(path, stranger)).toBe('denied');
    chmodSync(path, 0o777);
    chmodSync(inner, 0o710);
    expect(isReachable(path, stranger)).toBe('denied');
    server.close();
  });
});

describe('of the classes of a file, only the first one that fits counts', () => {
  const path = join(folder, 'classes');
  writeFileSync(path, '');
  const ofGroup = { uid: 54_321, gids: new Set([1, gid]) };
  test.each([
    [0o400, 'yes', 'denied', 'denied'],
    [0o040, 'denied', 'yes', 'denied'],
    [0o004, 'denied', 'denied', 'yes'],
    [0o333, 'denied', 'denied', 'denied'],
  ])('%o', (mode, owner, group, others) => {
    chmodSync(folder, 0o711);
    chmodSync(path, mode);
    const found = [self, ofGroup, stranger].map((account) => isReachable(path, account));
    chmodSync(path, 0o600);
    expect(found).toEqual([owner, group, others]);
  });
});

test('users and groups by name', () => {
  expect(findAccount(username)?.uid).toBe(uid);
  expect(findAccount('no-such-user')).toBeUndefined();
  expect(ownerName(uid, gid).split(':')[0]).toBe(username);
  expect(ownerName(54_321, 54_321)).toBe('54321:54321');
});

test('without passwd and group, owners are numbers, except root', () => {
  expect(ownerName(0, 0, folder)).toBe('root:0');
  expect(ownerName(12, 34, folder)).toBe('12:34');
  expect(findAccount('postfix', folder)).toBeUndefined();
});

test('a passwd that cannot be read is an error of the installation', () => {
  const directory = mkdtempSync(join(folder, 'etc-'));
  mkdirSync(join(directory, 'passwd'));
  const error = expect.objectContaining({
    code: 'ERR_POSTFIX',
    message: expect.stringMatching(/\/passwd: illegal operation on a directory$/),
  });
  expect(() => findAccount('postfix', directory)).toThrow(error);
  expect(() => ownerName(0, 0, directory)).toThrow(error);
});

test('where no Postfix runs, nothing is known of its processes', () => {
  expect(oldestSmtpdStart(folder)).toBeUndefined();
  mkdirSync(join(folder, 'pid'));
  writeFileSync(join(folder, 'pid/master.pid'), '  999999999\n');
  expect(oldestSmtpdStart(folder)).toBeUndefined();
});

/** A process that is called smtpd, and ends with its input. On systems without /proc nothing is known of it. */
describe.runIf(process.platform === 'linux')('the oldest smtpd', () => {
  const queue = join(folder, 'queue');
  const children: ChildProcess[] = [];
  const start = async (path: string, script: string) => {
    const child = spawn(path, ['-c', script], { argv0: 'sh', stdio: ['pipe', 'pipe', 'ignore'] });
    children.push(child);
    await once(child.stdout, 'data');
  };
  beforeAll(() => {
    mkdirSync(join(queue, 'pid'), { recursive: true });
    // As master(8) writes it.
    writeFileSync(join(queue, 'pid/master.pid'), `${String(process.pid).padStart(8)}\n`);
    copyFileSync('/bin/sh', join(folder, 'smtpd'));
  });
  afterAll(() => {
    for (const child of children) child.stdin?.end();
  });

  test('that this master has started counts, two seconds after its start', async () => {
    // Another program, and an smtpd of another master.
    await start('/bin/sh', 'echo a; read x');
    await start('/bin/sh', `'${join(folder, 'smtpd')}' -c 'echo a; read x'; echo b`);
    expect(oldestSmtpdStart(queue)).toBeUndefined();
    const before = Date.now();
    await start(join(folder, 'smtpd'), 'echo a; read x');
    const oldest = oldestSmtpdStart(queue) as Date;
    // /proc tells the time of the boot in whole seconds.
    expect(Math.abs(oldest.getTime() - before - 2_000)).toBeLessThan(1_500 + Date.now() - before);
    // Several ticks later.
    await setTimeout(50);
    await start(join(folder, 'smtpd'), 'echo a; read x');
    expect(oldestSmtpdStart(queue)).toEqual(oldest);
  });
});
