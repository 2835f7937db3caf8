import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { hideFromLogs } from '../../src/bytes/hide-from-logs.js';

const make = () =>
  hideFromLogs(
    {
      algorithm: 'RSA',
      pkcs8: new TextEncoder().encode('secret'),
      pem: 'secret',
      get lazy() {
        return expect.fail('a log must not compute a secret');
      },
    },
    ['pkcs8', 'pem', 'lazy'],
  );
const shown = { algorithm: 'RSA', pkcs8: '[6 secret bytes]', pem: '[secret]', lazy: '[secret]' };

test('secrets are not shown in logs, neither their bytes nor their text', () => {
  expect(inspect(make())).toBe(inspect(shown));
  expect(JSON.parse(JSON.stringify(make()))).toEqual(shown);
});

test('secrets can still be read and copied; the two methods are not', () => {
  const { algorithm, pkcs8 } = structuredClone(hideFromLogs({ algorithm: 'RSA', pkcs8: Uint8Array.of(1) }, ['pkcs8']));
  expect([algorithm, pkcs8]).toEqual(['RSA', Uint8Array.of(1)]);
  expect(Object.keys(make())).toEqual(['algorithm', 'pkcs8', 'pem', 'lazy']);
});
