import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchWiping } from '../../wiping.js';
import { ConfiguredKeystore } from '../configured-keystore.js';

let machine: ConfiguredKeystore;
beforeEach(() => {
  machine = new ConfiguredKeystore();
  machine.issue('mail.jks', 5);
});
afterEach(() => {
  vi.restoreAllMocks();
  machine.remove();
});

const configure = (...outputs: readonly string[]) =>
  machine.configure(
    `[mail]\nkeystore = "mail.jks"\nstorepass = "file:password"\n${outputs.map((each) => `[[mail.to]]\n${each}\n`).join('')}`,
  );
/** How many whole bundles, with key and certificate, were overwritten. */
const bundles = (wiped: readonly string[]) =>
  wiped.filter((text) => /^-----BEGIN PRIVATE KEY-----[\s\S]*-----BEGIN CERTIFICATE-----/.test(text)).length;

describe('the bundles of a keystore are overwritten', () => {
  test('if --strict refuses it', async () => {
    configure('out = "a.pem"', 'out = "b.pem"');
    const wiped = watchWiping();
    expect((await machine.run('renew', ['--strict'])).exitCode).toBe(3);
    expect(bundles(wiped)).toBe(2);
  });

  test('if a later output cannot be converted', async () => {
    configure('out = "a.pem"', 'out = "b.pem"\nencrypt-key = "env:NOT_SET"');
    const wiped = watchWiping();
    const { exitCode, error } = await machine.run('renew');
    expect([exitCode, error]).toEqual([1, expect.stringContaining('the environment has no variable NOT_SET')]);
    expect(bundles(wiped)).toBe(1);
  });

  test('after status has compared them, with what is installed', async () => {
    configure('out = "a.pem"');
    const wiped = watchWiping();
    await machine.run('status');
    expect(bundles(wiped)).toBe(1);
    vi.restoreAllMocks();
    await machine.run('renew');
    const again = watchWiping();
    await machine.run('status');
    expect(bundles(again)).toBeGreaterThanOrEqual(2);
  });
});
