import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Host } from '../../../src/cli/host.js';
import { keystoreStateDirectory } from '../../../src/cli/renew/keystore-state-directory.js';
import { formatRecord, type RenewalRecord, readRecord, updateRecord } from '../../../src/cli/renew/renewal-record.js';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  path = join(directory, 'state.json');
});
afterEach(() => rmSync(directory, { recursive: true }));

const host = { userId: () => process.geteuid?.() } as Host;
const time = new Date('2026-11-26T03:12:00Z');
const hook = { command: 'reload', directory: '/etc', ok: true };
const record: RenewalRecord = {
  changed: { '/a': time },
  hooks: [
    { ...hook, time },
    { command: 'x', directory: '/b', ok: false, message: 'failed', time },
  ],
};
const read = (text: string) => {
  writeFileSync(path, text, { mode: 0o600 });
  return readRecord(path, host);
};

describe('the record of renewals', () => {
  test('is read as it was written; there may be none', () => {
    expect(readRecord(path, host)).toBeUndefined();
    expect(read(formatRecord(record))).toEqual(record);
    expect(formatRecord(record)).toMatch(/^\{\n {2}"format": 1,\n[\s\S]*\}\n$/);
  });

  const good = { format: 1, changed: {}, hooks: [{ ...hook, time: '2026-11-26T03:12:00Z' }] };
  const withHook = (change: object) => ({ ...good, hooks: [{ ...good.hooks[0], ...change }] });
  test.each<[string, unknown]>([
    ['no JSON', '{'],
    ['null', null],
    ['a list', []],
    ['another format', { ...good, format: 2 }],
    ['no format', { changed: {}, hooks: [] }],
    ['no times', { format: 1, hooks: [] }],
    ['a list of times', { ...good, changed: [] }],
    ['no hooks', { format: 1, changed: {} }],
    ['an object for hooks', { ...good, hooks: {} }],
    ['a number for a time', { ...good, changed: { '/a': 1 } }],
    ['a text that is no time', { ...good, changed: { '/a': 'soon' } }],
    ['a hook that is null', { ...good, hooks: [null] }],
    ['a hook without a command', withHook({ command: undefined })],
    ['a hook without a directory', withHook({ directory: 1 })],
    ['a hook without a result', withHook({ ok: 'true' })],
    ['a hook without a time', withHook({ time: 0 })],
  ])('is damaged if it is or has %s', (_, value) => {
    expect(read(typeof value === 'string' ? value : JSON.stringify(value))).toBe('damaged');
  });

  test('may have a message that is no text, which is left out', () => {
    expect(read(JSON.stringify(withHook({ message: 5 })))).toEqual({ changed: {}, hooks: [{ ...hook, time }] });
  });

  test('keeps what did not change, and forgets outputs that are no longer configured', () => {
    const now = new Date('2026-12-01T00:00:00Z');
    const old = { changed: { '/a': time, '/b': time, '/gone': time }, hooks: [] };
    const news = { now, changed: ['/b', '/c'], hooks: [], outputs: ['/a', '/b', '/c', '/never'] };
    expect(updateRecord(old, news).changed).toEqual({ '/a': time, '/b': now, '/c': now });
    expect(updateRecord(undefined, news).changed).toEqual({ '/b': now, '/c': now });
  });

  test('has the last run of each command in each directory, and a hundred of them at most', () => {
    const now = new Date('2026-12-01T00:00:00Z');
    const news = (...hooks: { command: string; directory: string; ok: boolean }[]) => ({
      now,
      changed: [],
      hooks,
      outputs: [],
    });
    const again = { ...hook, ok: false };
    expect(updateRecord(record, news(again)).hooks).toEqual([record.hooks[1], { ...again, time: now }]);
    const elsewhere = { ...hook, directory: '/other' };
    expect(updateRecord(record, news(elsewhere)).hooks).toHaveLength(3);
    expect(updateRecord(record, news({ ...hook, command: 'restart' })).hooks).toHaveLength(3);
    const many = Array.from({ length: 100 }, (_, i) => ({ ...hook, command: `${i}` }));
    const hooks = updateRecord(record, news(...many)).hooks;
    expect([hooks.length, hooks[0]?.command, hooks[99]?.command]).toEqual([100, '0', '99']);
  });
});

describe('the directory for the state of a keystore', () => {
  const place = (environment: Record<string, string>, userId = 1000, configuration = '/etc/jks2pem.toml') =>
    keystoreStateDirectory(configuration, 'mail', {
      environment: (name: string) => environment[name],
      userId: () => userId,
    } as Host);
  const HOME = '/home/me';
  test.each<[string, Record<string, string>, number, [string, number] | undefined]>([
    ['that of systemd', { STATE_DIRECTORY: '/var/lib/x', HOME }, 1000, ['/var/lib/x/mail', 2]],
    ['the first of several', { STATE_DIRECTORY: '/a:/b' }, 0, ['/a/mail', 2]],
    ['that of the system for root', { XDG_STATE_HOME: '/x', HOME }, 0, ['/var/lib/jks2pem/mail', 2]],
    ['below XDG_STATE_HOME', { XDG_STATE_HOME: '/x', HOME }, 1000, ['/x/jks2pem/mail', 3]],
    ['below the home directory', { HOME }, 1000, ['/home/me/.local/state/jks2pem/mail', 4]],
    ['below a XDG_STATE_HOME with a colon', { XDG_STATE_HOME: '/x:y', HOME }, 1000, ['/x:y/jks2pem/mail', 3]],
    ['below a home directory with a colon', { HOME: '/h:me' }, 1000, ['/h:me/.local/state/jks2pem/mail', 4]],
    [
      'no relative one',
      { STATE_DIRECTORY: 'a', XDG_STATE_HOME: 'b', HOME },
      1000,
      ['/home/me/.local/state/jks2pem/mail', 4],
    ],
    ['unknown without a home directory', {}, 1000, undefined],
  ])('is %s', (_, environment, userId, expected) => {
    const found = place(environment, userId);
    expect(found && [found.path, found.mayMake]).toEqual(expected);
  });

  test('differs between configuration files', () => {
    const [one, two] = ['/a.toml', '/b.toml'].map((configuration) => place({ HOME }, 1000, configuration)?.path);
    expect(one).toMatch(/\/mail@[0-9a-f]{12}$/);
    expect(two).toMatch(/\/mail@[0-9a-f]{12}$/);
    expect(one).not.toBe(two);
  });
});
