import { describe, expect, test } from 'vitest';
import { ServiceParameters } from '../../../src/postfix/configuration/service-parameters.js';

describe('settings of a service', () => {
  const settings = new ServiceParameters(
    new Map([
      ['a', 'main'],
      ['b', 'main'],
      ['own', '$a-$b-$c-$d'],
      ['flag', ' Yes '],
    ]),
    new Map([['a', 'override']]),
    new Map([
      ['a', 'default'],
      ['b', 'default'],
      ['c', 'default'],
    ]),
  );
  test('an override goes before main.cf, and this before the default', () => {
    expect(
      ['a', 'b', 'c', 'd'].map((name) => [settings.raw(name), settings.source(name), settings.value(name)]),
    ).toEqual([
      ['override', 'override', 'override'],
      ['main', 'main', 'main'],
      ['default', 'default', 'default'],
      [undefined, 'default', ''],
    ]);
    expect(settings.value('own')).toBe('override-main-default-');
    expect([settings.isYes('flag'), settings.isYes('a'), settings.isYes('d')]).toEqual([true, false, false]);
  });

  test('mydomain of main.cf goes before the one of the host name, also of the default host name', () => {
    const named = (main: object, defaults: object) =>
      new ServiceParameters(new Map(Object.entries(main)), new Map(), new Map(Object.entries(defaults))).value(
        'mydomain',
      );
    expect(named({ mydomain: 'a.b', myhostname: 'x.y.z' }, {})).toBe('a.b');
    expect(named({}, { myhostname: 'x.y.z' })).toBe('y.z');
    expect(named({ myhostname: 'm.n' }, { myhostname: 'x.y.z' })).toBe('n');
    expect(named({}, {})).toBe('');
  });
});

test('mydomain follows from myhostname', () => {
  const settings = (host: string) =>
    new ServiceParameters(new Map([['myhostname', host]]), new Map(), new Map()).value('mydomain');
  expect([settings('mail.example.com'), settings('mail'), settings('$x')]).toEqual(['example.com', 'localdomain', '']);
});
