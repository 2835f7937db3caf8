import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { hasHandles } from '../../src/deploy/directory/directory.js';
import { DirectoryOpener } from '../../src/deploy/directory/directory-opener.js';
import { groupName, resolveOwner, userName } from '../../src/deploy/owner.js';
import { isRunning, ownAbilities, ownIdentity } from '../../src/deploy/process-identity.js';
import { requireRights } from '../../src/deploy/rights.js';
import { WorkDirectory } from '../../src/deploy/work-directory.js';
import { systemError } from './system-calls.js';
import { content, user } from './transaction-runs.js';

/* What the program reads of the system it runs on, replaced: no /proc, no /etc/passwd, other capabilities. */

const { readFileSync, readlinkSync, statSync } = fs;
let files: Readonly<Record<string, string | undefined>>;

function install(functions: object): void {
  Object.assign(fs, functions);
  syncBuiltinESMExports();
}
beforeEach(() => {
  files = {};
  const isReplaced = (path: unknown) => typeof path === 'string' && path in files;
  install({
    readFileSync: (path: string, ...rest: never[]) => {
      if (!isReplaced(path)) return readFileSync(path, ...rest);
      const text = files[path];
      if (text === undefined) throw systemError('ENOENT', 'open');
      return text;
    },
    readlinkSync: (path: string, ...rest: never[]) => {
      if (!isReplaced(path)) return readlinkSync(path, ...rest);
      throw systemError('ENOENT', 'readlink');
    },
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  install({ readFileSync, readlinkSync });
});

const passwd = 'root:x:0:0:root:/root:/bin/sh\nmail:x:8:80:mail:/var/mail:\n8:x:9:90::/:\n';
const group = 'root:x:0:\nmail:x:81:root\nboth:x:7:\n';

describe('owners', () => {
  beforeEach(() => {
    files = { '/etc/passwd': passwd, '/etc/group': group };
  });

  test.each([
    ['mail', { uid: 8 }],
    ['mail:', { uid: 8, gid: 80 }],
    ['mail:mail', { uid: 8, gid: 81 }],
    [':both', { gid: 7 }],
    ['0:', { uid: 0, gid: 0 }],
    // A name that looks like a number is a name, as for chown(1).
    ['8', { uid: 9 }],
    ['4294967294:4294967294', { uid: 4_294_967_294, gid: 4_294_967_294 }],
  ])('%s', (text, owner) => expect(resolveOwner(text)).toEqual(owner));

  test.each([
    ['', 'owner "": USER, USER:GROUP or :GROUP expected'],
    [':', 'owner ":": USER, USER:GROUP or :GROUP expected'],
    ['x', 'no user "x" in /etc/passwd; give the number of one that only a directory service knows'],
    ['root:x', 'no group "x" in /etc/group; give the number of one that only a directory service knows'],
    ['root:mail:x', 'no group "mail:x" in /etc/group; give the number of one that only a directory service knows'],
    ['4294967295', 'no user "4294967295" in /etc/passwd; give the number of one that only a directory service knows'],
    ['1.5', 'no user "1.5" in /etc/passwd; give the number of one that only a directory service knows'],
    ['12345:', 'user "12345" has no group in /etc/passwd'],
  ])('"%s" is refused', (text, message) =>
    expect(() => resolveOwner(text)).toThrow(expect.objectContaining({ code: 'ERR_OUTPUT', message })),
  );

  test('have the name of their number', () => {
    expect([userName(8), userName(9), userName(10), groupName(81), groupName(8)]).toEqual([
      'mail',
      '8',
      '10',
      'mail',
      '8',
    ]);
  });

  test('are numbers in a container without /etc/passwd and /etc/group', () => {
    files = { '/etc/passwd': undefined, '/etc/group': undefined };
    expect([resolveOwner('5:6'), userName(0), groupName(0)]).toEqual([{ uid: 5, gid: 6 }, '0', '0']);
    expect(() => resolveOwner('root')).toThrow('no user "root"');
  });
});

const status = (capabilities: string) =>
  `Name:\tnode\nUid:\t1000\t1001\t1002\t1003\nGid:\t100\t101\t102\t103\nGroups:\t4 24 101 \nCapInh:\t0000000000000001\nCapEff:\t${capabilities}\nCapBnd:\t0000000000000001\n`;

describe('the abilities of a process', () => {
  test.each([
    ['0000000000000000', false],
    ['000001ffffffffff', true],
    ['0000000000000001', true],
    ['000001fffffffffe', false],
  ])(
    'with the capabilities %s, files can be given away: %s; its groups are the effective and the other ones',
    (capabilities, canGiveFiles) => {
      files = { '/proc/self/status': status(capabilities) };
      expect(ownAbilities()).toEqual({ canGiveFiles, groups: [101, 4, 24, 101] });
    },
  );

  test('a process without other groups has the effective one only', () => {
    for (const line of ['Groups:\t \nNStgid:\t24', 'NStgid:\t24']) {
      files = { '/proc/self/status': status('0000000000000000').replace(/Groups:.*/, line) };
      expect(ownAbilities()?.groups).toEqual([101]);
    }
  });

  test('are unknown without /proc', () => {
    files = { '/proc/self/status': undefined };
    expect(ownAbilities()).toBeUndefined();
  });

  const check = (owner: object) =>
    requireRights('a.pem', content('', { owner }), undefined, { isSafe: true, user: 1000 });

  test('limit to whom a file can be given; this is known before a file is created', () => {
    files = { '/proc/self/status': status('0000000000000000'), '/etc/passwd': passwd, '/etc/group': group };
    for (const owner of [{}, { uid: 1000 }, { gid: 24 }, { uid: 1000, gid: 101 }])
      expect(() => check(owner), JSON.stringify(owner)).not.toThrow();
    for (const [owner, who] of [
      [{ uid: 8 }, 'mail'],
      [{ uid: 8, gid: 24 }, 'mail:24'],
      [{ gid: 81 }, '1000:mail'],
      [{ uid: 1000, gid: 102 }, '1000:102'],
      [{ gid: 0 }, '1000:root'],
    ] as const)
      expect(() => check(owner)).toThrow(
        expect.objectContaining({
          code: 'ERR_OUTPUT',
          message: `a.pem: cannot be given to ${who}: operation not permitted`,
        }),
      );
  });

  test('limit nothing on a system without user numbers', () => {
    files = { '/proc/self/status': status('0000000000000000') };
    const wanted = content('', { owner: { uid: 8, gid: 81 } });
    expect(() => requireRights('a.pem', wanted, undefined, { isSafe: false, user: undefined })).not.toThrow();
  });

  test.each([
    ['can give files away', status('0000000000000001')],
    ['is on a system without /proc', undefined],
  ])('do not limit a process that %s', (_, text) => {
    files = { '/proc/self/status': text };
    expect(() => check({ uid: 8, gid: 81 })).not.toThrow();
  });
});

describe('the identity of a process', () => {
  const stat = (name: string, state: string, start: string) =>
    `77 (${name}) ${[state, ...Array.from({ length: 18 }, (_, i) => i + 100), start, 'more', 'fields'].join(' ')}`;

  test.each([
    ['is running', stat('node', 'S', '55'), true],
    ['has a name that looks like more fields', stat('a) Z 1 (b', 'S', '55'), true],
    ['is a zombie', stat('node', 'Z', '55'), false],
    ['is dead', stat('node', 'X', '55'), false],
    ['has started at another time: the number was used again', stat('node', 'S', '56'), false],
    ['has ended', undefined, false],
    ['cannot be understood', '77 (node) S 1 2', false],
  ])('tells whether it runs: it %s', (_, text, is) => {
    files = { '/proc/77/stat': text };
    expect(isRunning({ pidScope: '', pid: '77', start: '55' })).toBe(is);
  });

  test('is the boot, the PID namespace, the number and the start', () => {
    files = {
      '/proc/sys/kernel/random/boot_id': '01234567-89ab-cdef-0123-456789abcdef\n',
      '/proc/self/stat': stat('node', 'R', '99'),
    };
    expect(ownIdentity()).toEqual({
      pidScope: `0123456789abcdef.${readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '')}`,
      pid: '77',
      start: '99',
    });
    for (const text of [undefined, '77 (node) S 1 2']) {
      files = { '/proc/self/stat': text };
      expect(ownIdentity()).toBeUndefined();
    }
  });
});

test.each([
  ['is not mounted', undefined],
  ['leads to a directory with another number', { ino: -1 }],
  ['leads to a directory of another file system', { dev: -1 }],
])('directories have no handles where /proc %s', (_, changes) => {
  expect(hasHandles()).toBe(true);
  install({
    statSync: (path: string, ...rest: never[]) => {
      const stats = statSync(path, ...rest);
      if (!path.startsWith('/proc/self/fd/')) return stats;
      if (changes === undefined) throw systemError('ENOENT', 'stat');
      return Object.assign(stats as object, changes);
    },
  });
  try {
    expect(hasHandles()).toBe(false);
  } finally {
    install({ statSync });
  }
});

test('without /proc, a claim is respected as long as it is renewed, and the other run has no number', async () => {
  files = { '/proc/sys/kernel/random/boot_id': undefined };
  const directory = fs.mkdtempSync(join(tmpdir(), 'jks2pem-'));
  const opener = new DirectoryOpener(user, () => {}, false);
  try {
    const first = await WorkDirectory.enter(opener.require(directory), user, {});
    // A message is due at once.
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 2_000));
    const told = new AbortController();
    const waiting = { signal: told.signal, onWait: (text: string) => told.abort(text) };
    const message = await WorkDirectory.enter(opener.require(directory), user, waiting).catch((reason) => reason);
    expect(message).toMatch(/^waiting for another process, which has been writing for \d+ s$/);
    first.clearAndUnlock();
    expect(fs.readdirSync(directory)).toEqual([]);
  } finally {
    opener.close();
    fs.rmSync(directory, { recursive: true });
  }
});
