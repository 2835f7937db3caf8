import { afterEach, describe, expect, test, vi } from 'vitest';
import { IterationBudget } from '../../../src/crypto/kdf/iteration-budget.js';
import { openWithPassword } from '../../../src/crypto/kdf/open-with-password.js';
import { Password } from '../../../src/crypto/kdf/password-variants.js';
import type { PbeScheme } from '../../../src/crypto/pbe/pbe-scheme.js';
import { withDefaults } from '../../../src/limits.js';
import { watchWiping } from '../../wiping.js';

afterEach(() => void vi.restoreAllMocks());

const budget = (totalIterations = 1000) => new IterationBudget(withDefaults({ totalIterations }));

/** Turns every form of a password into what it is under, so that it can be seen which ones were tried. */
function schemeOf(decrypt: (password: Uint8Array) => Uint8Array | undefined): PbeScheme {
  return { encoding: 'bmp', work: { iterations: 1, hashes: 100 }, decrypt: async (password) => decrypt(password) };
}

/** Four likely encodings, of 10, 12, 12 and 10 bytes, and five or more unlikely ones. */
const text = 'p\u00e4\u20ac1';
const open = (
  scheme: PbeScheme,
  read: (plain: Uint8Array) => string | undefined,
  password = new Password(text),
  spent = budget(),
) => openWithPassword(scheme, new Uint8Array(), password, spent, 'key', read);

describe('a password is tried', () => {
  test('in one form after the other, until one makes sense, which is tried first from then on', async () => {
    const password = new Password(text);
    const tried: string[] = [];
    const scheme = schemeOf((form) => {
      tried.push(Buffer.from(form).toString('hex'));
      // The first has no padding, the others come out as something.
      return tried.length === 1 ? undefined : form.slice();
    });
    const read = (plain: Uint8Array) => (Buffer.from(plain).toString('hex') === tried[2] ? 'right' : undefined);
    expect(await open(scheme, read, password)).toMatchObject({
      value: 'right',
      form: { description: expect.stringContaining('JDK 25') },
    });
    expect(tried).toHaveLength(3);
    await open(
      schemeOf((form) => form.slice()),
      (plain) => (tried[2] === Buffer.from(plain).toString('hex') ? 'right' : undefined),
      password,
    );
    expect(password.forms('bmp').map(({ bytes }) => Buffer.from(bytes).toString('hex'))[0]).toBe(tried[2]);
  });

  test('at a cost for each attempt', async () => {
    const spent = budget(250);
    await expect(
      open(
        schemeOf(() => undefined),
        () => undefined,
        new Password(text),
        spent,
      ),
    ).rejects.toMatchObject({
      limit: 'totalIterations',
      found: 300,
    });
    expect(spent.left).toBe(50);
  });

  test('in vain', async () => {
    expect(
      await open(
        schemeOf(() => undefined),
        () => 'anything',
      ),
    ).toBeUndefined();
    expect(
      await open(
        schemeOf((form) => form.slice()),
        () => undefined,
      ),
    ).toBeUndefined();
  });
});

describe('unlikely encodings', () => {
  const countAttempts = async (hashes: number, totalIterations: number) => {
    let attempts = 0;
    const scheme: PbeScheme = {
      encoding: 'bmp',
      work: { iterations: 1, hashes },
      decrypt: async () => {
        attempts++;
        return undefined;
      },
    };
    expect(await open(scheme, () => 'anything', new Password('changeit'), budget(totalIterations))).toBeUndefined();
    return attempts;
  };

  test.each([
    ['are tried while one costs no more than a JCEKS key', 400_000, 2_000_000, 4],
    ['are left out beyond that', 400_001, 2_000_000, 1],
    ['are left out where the budget ends, which is not reported as a limit', 100, 250, 2],
    ['are tried while the budget is just enough', 100, 300, 3],
  ])('%s', async (_, hashes, totalIterations, attempts) => {
    expect(await countAttempts(hashes, totalIterations)).toBe(attempts);
  });
});

test('an accepted plaintext is not overwritten, and its encoding is confirmed', async () => {
  const [password, wiped] = [new Password('changeit'), watchWiping()];
  const plain = Uint8Array.from(Buffer.from('a key'));
  // 'changeit', a line feed and the NUL character, in UTF-16.
  const lineFeed = 20;
  const opened = await openWithPassword(
    schemeOf((form) => (form.length === lineFeed ? plain : undefined)),
    new Uint8Array(),
    password,
    budget(),
    'key',
    (bytes) => Buffer.from(bytes).toString(),
  );
  expect(opened?.value).toBe('a key');
  expect(opened?.form.description).toBe('and the line end (line feed) of the file it came from');
  expect(password.writtenAs).toBe(opened?.form.description);
  expect(password.forms('bmp')).toEqual([opened?.form]);
  expect(wiped).not.toContain('a key');
});

test('a plaintext that is not accepted is overwritten, also if reading it fails', async () => {
  const wiped = watchWiping();
  const noises = () => wiped.filter((before) => before === 'noise');
  const noise = () => Uint8Array.from(Buffer.from('noise'));
  await open(schemeOf(noise), () => undefined, new Password(text), budget(2000));
  const attempts = new Password(text).forms('bmp').length;
  expect(noises()).toHaveLength(attempts);
  const fail = () => {
    throw new RangeError('unexpected');
  };
  await expect(open(schemeOf(noise), fail)).rejects.toThrow(new RangeError('unexpected'));
  expect(noises()).toHaveLength(attempts + 1);
});
