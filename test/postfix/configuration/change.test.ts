import { describe, expect, test } from 'vitest';
import {
  applyChange,
  type Change,
  type Configuration,
  writeChanges,
  writeService,
} from '../../../src/postfix/configuration/change.js';
import { parseMasterServices } from '../../../src/postfix/configuration/master-cf.js';
import { PostfixVersion } from '../../../src/postfix/configuration/version.js';

const services = parseMasterServices(
  'smtp inet n - y - - smtpd -o a=1\nsubmission inet n - n - - smtpd\nsmtp unix - - - - - smtp\n',
  '',
);
const configuration: Configuration = {
  main: new Map([
    ['a', '1'],
    ['b', '2'],
    ['c', '3'],
  ]),
  services,
  saslConfig: undefined,
  effects: [],
};

/** A configuration as lines. */
const shown = ({ main, services: list, saslConfig, effects }: Configuration) => ({
  main: [...main].map((entry) => entry.join('=')),
  services: list.map(({ name, type, chroot, command, overrides }) =>
    [name, type, chroot, command, ...[...overrides].map((entry) => entry.join('='))].join(' '),
  ),
  sasl: saslConfig && [...saslConfig].map((entry) => entry.join(': ')),
  effects,
});
const unchanged = {
  main: ['a=1', 'b=2', 'c=3'],
  services: ['smtp inet y smtpd a=1', 'submission inet n smtpd', 'smtp unix - smtp'],
  sasl: undefined,
  effects: [],
};

const service = 'smtp/inet';
const written = { path: '/a.pem', rebuilt: true } as const;

describe('a change, applied and written', () => {
  const wording = { version: PostfixVersion.parse('3.7.11'), configDirectory: '/etc/postfix', services };
  const old = { ...wording, version: PostfixVersion.parse('2.10.9') };
  const elsewhere = { ...wording, configDirectory: '/srv/my conf' };

  interface Row {
    readonly change: Change;
    readonly applied: Partial<ReturnType<typeof shown>>;
    readonly fix: string;
    readonly place: string;
    /** What differs before 2.11, whose postconf does not edit master.cf. */
    readonly before211?: { readonly fix: string; readonly place: string };
    /** The command, beside changes of other files, for another directory. Undefined if postconf cannot make the change. */
    readonly command: string | undefined;
  }
  const rows: readonly Row[] = [
    {
      change: { kind: 'set', name: 'b', value: "it's" },
      applied: { main: ['a=1', "b=it's", 'c=3'] },
      fix: "b = it's",
      place: 'main.cf',
      command: `postconf -c '/srv/my conf' -e 'b = it'\\''s'`,
    },
    {
      change: { kind: 'set', name: 'd', value: '' },
      applied: { main: ['a=1', 'b=2', 'c=3', 'd='] },
      fix: 'd =',
      place: 'main.cf',
      command: `postconf -c '/srv/my conf' -e 'd ='`,
    },
    {
      change: { kind: 'remove', names: ['a', 'c', 'no-such-name'] },
      applied: { main: ['b=2'] },
      fix: 'postconf -X a c no-such-name',
      place: 'shell',
      command: `postconf -c '/srv/my conf' -X a c no-such-name`,
    },
    {
      change: { kind: 'override', service, name: 'b', value: 'x, y' },
      applied: { services: ['smtp inet y smtpd a=1 b=x, y', ...unchanged.services.slice(1)] },
      fix: "postconf -P 'smtp/inet/b = x, y'",
      place: 'shell',
      before211: { fix: 'smtp inet n - y - - smtpd -o a=1 -o b=x,y', place: 'master.cf' },
      command: `postconf -c '/srv/my conf' -P 'smtp/inet/b = x, y'`,
    },
    {
      change: { kind: 'override', service, name: 'a', value: 'x y' },
      applied: { services: ['smtp inet y smtpd a=x y', ...unchanged.services.slice(1)] },
      fix: "postconf -P 'smtp/inet/a = x y'",
      place: 'shell',
      before211: { fix: 'smtp inet n - y - - smtpd -o { a = x y }', place: 'master.cf' },
      command: `postconf -c '/srv/my conf' -P 'smtp/inet/a = x y'`,
    },
    {
      change: { kind: 'remove override', service, name: 'a' },
      applied: { services: ['smtp inet y smtpd', ...unchanged.services.slice(1)] },
      fix: 'postconf -PX smtp/inet/a',
      place: 'shell',
      before211: { fix: 'smtp inet n - y - - smtpd', place: 'master.cf' },
      command: `postconf -c '/srv/my conf' -PX smtp/inet/a`,
    },
    {
      change: { kind: 'no chroot', service },
      applied: { services: ['smtp inet n smtpd a=1', ...unchanged.services.slice(1)] },
      fix: "postconf -F 'smtp/inet/chroot = n'",
      place: 'shell',
      before211: { fix: 'smtp inet n - n - - smtpd -o a=1', place: 'master.cf' },
      command: `postconf -c '/srv/my conf' -F 'smtp/inet/chroot = n'`,
    },
    {
      change: { kind: 'service', line: 'smtp inet n - n - - smtpd' },
      applied: { services: [...unchanged.services.slice(1), 'smtp inet n smtpd'] },
      fix: 'smtp inet n - n - - smtpd',
      place: 'master.cf',
      command: `postconf -c '/srv/my conf' -M 'smtp/inet=smtp inet n - n - - smtpd'`,
    },
    {
      change: { kind: 'service', line: 'tlsmgr unix - - n 1000? 1 tlsmgr' },
      applied: { services: [...unchanged.services, 'tlsmgr unix n tlsmgr'] },
      fix: 'tlsmgr unix - - n 1000? 1 tlsmgr',
      place: 'master.cf',
      command: `postconf -c '/srv/my conf' -M 'tlsmgr/unix=tlsmgr unix - - n 1000? 1 tlsmgr'`,
    },
    {
      change: { kind: 'sasl', name: 'mech_list', value: 'plain login' },
      applied: { sasl: ['mech_list: plain login'] },
      fix: 'mech_list: plain login',
      place: 'smtpd.conf',
      command: undefined,
    },
    {
      change: { kind: 'command', line: 'postfix reload', effect: written },
      applied: { effects: [written] },
      fix: 'postfix reload',
      place: 'shell',
      command: `postfix -c '/srv/my conf' reload`,
    },
    {
      change: { kind: 'command', line: 'postconf -X a && my-postfix' },
      applied: {},
      fix: 'postconf -X a && my-postfix',
      place: 'shell',
      command: `postconf -c '/srv/my conf' -X a && my-postfix`,
    },
  ];

  test.each(rows)('$change.kind: $fix', ({ change, applied, fix, place, before211, command }) => {
    expect(shown(applyChange(configuration, change))).toEqual({ ...unchanged, ...applied });
    expect(shown(configuration)).toEqual(unchanged);
    expect(writeChanges([change], wording)).toEqual({ fix, place });
    expect(writeChanges([change], old)).toEqual(before211 ?? { fix, place });
    // Beside a change of another file, each of them is a command.
    const other: Change =
      place === 'main.cf' ? { kind: 'command', line: 'true' } : { kind: 'set', name: 'z', value: '1' };
    const mixed = writeChanges([change, other], elsewhere);
    expect(mixed?.fix.split('\n')[0]).toBe(command);
    expect(mixed?.place).toBe(command === undefined ? undefined : 'shell');
    // Before 2.11 no command edits master.cf.
    const editsMaster = /^postconf \S+ \S+ -[MPF]/.test(command?.replace("'/srv/my conf'", '/srv/my-conf') ?? '');
    if (editsMaster) expect(writeChanges([change, other], { ...elsewhere, version: old.version })).toBeUndefined();
  });

  test('parameters are removed with -X since 2.10, commented out with -# since 2.6, and by no command before', () => {
    const remove: Change = { kind: 'remove', names: ['a', 'b'] };
    const fix = (version: string) =>
      writeChanges([remove], { ...wording, version: PostfixVersion.parse(version) })?.fix;
    expect(['2.10.0', '2.9.6', '2.6.0', '2.5.17'].map(fix)).toEqual([
      'postconf -X a b',
      'postconf -# a b',
      'postconf -# a b',
      undefined,
    ]);
  });

  test('several of one file are lines of this file', () => {
    const two: readonly Change[] = [
      { kind: 'set', name: 'a', value: '1' },
      { kind: 'set', name: 'b', value: '2' },
    ];
    expect(writeChanges(two, wording)).toEqual({ fix: 'a = 1\nb = 2', place: 'main.cf' });
    expect(writeChanges([], wording)).toBeUndefined();
  });

  test('before 2.11, several changes of one service are one line of master.cf', () => {
    const changes: readonly Change[] = [
      { kind: 'override', service, name: 'b', value: '2' },
      { kind: 'service', line: 'tlsmgr unix - - n 1000? 1 tlsmgr' },
      { kind: 'no chroot', service },
    ];
    const fix = 'smtp inet n - n - - smtpd -o a=1 -o b=2\ntlsmgr unix - - n 1000? 1 tlsmgr';
    expect(writeChanges(changes, old)).toEqual({ fix, place: 'master.cf' });
  });

  test('of a service that is not there is nothing', () => {
    const change: Change = { kind: 'no chroot', service: 'smtps/inet' };
    expect(shown(applyChange(configuration, change))).toEqual(unchanged);
    expect(writeChanges([change], old)).toBeUndefined();
  });

  test('a setting of smtpd.conf is added to the others', () => {
    const before = { ...configuration, saslConfig: new Map([['pwcheck_method', 'saslauthd']]) };
    const change: Change = { kind: 'sasl', name: 'mech_list', value: 'plain' };
    expect(shown(applyChange(before, change)).sasl).toEqual(['pwcheck_method: saslauthd', 'mech_list: plain']);
  });
});

test('the line of a service keeps its columns and its other options, and loses what is meant as a comment', () => {
  const [service] = parseMasterServices('smtp inet n y n 60? 20 smtpd -v -o a=1, 2 -o b=3 # c\n', '');
  expect(service && writeService(service)).toBe('smtp inet n y n 60? 20 smtpd -v -o a=1, -o b=3');
});
