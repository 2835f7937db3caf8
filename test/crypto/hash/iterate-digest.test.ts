import { createHash, hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toHex } from '../../../src/bytes/encoding.js';
import { iterateDigest, iterateMd5With, longestMd5Suffix } from '../../../src/crypto/hash/iterate-digest.js';
import { WasmProgram } from '../../../src/crypto/hash/wasm-program.js';
import { isLong } from '../../effort.js';
import { expectation, folder as fixtures } from '../../fixtures.js';

interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => { readonly exports: { readonly memory: { readonly buffer: ArrayBuffer } } };
}

const host = globalThis as { WebAssembly?: Wasm };
const original = host.WebAssembly as Wasm;

/** Bytes without a pattern, the same in every run. */
const noise = (name: string, outputLength: number) => createHash('shake256', { outputLength }).update(name).digest();

/** What OpenSSL makes of it, round by round. */
function slowly(algorithm: string, first: Uint8Array, count: number): string {
  let value = first;
  for (let i = 0; i < count; i++) value = hash(algorithm, value, 'buffer');
  return toHex(value);
}

/** What OpenSSL makes of MD5 with a suffix, round by round. */
function md5With(start: Uint8Array, suffix: Uint8Array, count: number): string {
  let value = start;
  for (let i = 0; i < count; i++) value = hash('md5', Buffer.concat([value, suffix]), 'buffer');
  return toHex(value);
}

describe.each(['sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512-256', 'sha3-256', 'md5', 'ripemd160'])(
  '%s',
  (name) => {
    // 500 is where the loop takes over, 256 and its multiples are where one call of it ends.
    it.each([0, 1, 2, 499, 500, 511, 512, 513, 1000])('%i rounds are those of OpenSSL', (count) => {
      const first = hash(name, noise(`first ${count}`, 40), 'buffer');
      expect(toHex(iterateDigest(name, first, count))).toBe(slowly(name, first, count));
    });

    it('leaves the first value as it was', () => {
      const first = hash(name, 'x', 'buffer');
      iterateDigest(name, first, 600);
      expect(toHex(first)).toBe(slowly(name, new TextEncoder().encode('x'), 1));
    });
  },
);

describe('MD5 with a suffix', () => {
  it.each([0, 1, 8, longestMd5Suffix - 1, longestMd5Suffix, longestMd5Suffix + 1, 200])('of %i bytes', (length) => {
    const suffix = noise('suffix', length);
    const starts: [Uint8Array, Uint8Array] = [noise('one', 4), noise('other', 4)];
    for (const count of [1, 700]) {
      const expected = starts.map((start) => md5With(start, suffix, count));
      expect(iterateMd5With(starts, suffix, count).map(toHex)).toEqual(expected);
    }
  });
});

const fractionOfCubeRoot = (prime: number) => {
  let low = 0n;
  let high = 1n << 70n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** 3n <= BigInt(prime) << 192n) low = middle;
    else high = middle;
  }
  return (low & (2n ** 64n - 1n)).toString(16).padStart(16, '0');
};

describe('the round constants in the sources of the loops', () => {
  const source = (name: string) =>
    readFileSync(new URL(`../../../src/crypto/hash/wasm/${name}.ts`, import.meta.url), 'utf8');
  const constants = (name: string) =>
    [...(/const constants.*?\[([^\]]+)\]/s.exec(source(name))?.[1] ?? '').matchAll(/0x([0-9a-f]+)/g)].map(
      ([, hex]) => hex,
    );
  const primes = Array.from({ length: 420 }, (_, i) => i).filter(
    (n) => n > 1 && Array.from({ length: n }, (_, d) => d).every((d) => d < 2 || n % d !== 0),
  );

  it('of SHA-2 are fractions of cube roots of primes (FIPS 180-4 4.2)', () => {
    const expected = primes.slice(0, 80).map(fractionOfCubeRoot);
    expect(constants('sha512')).toEqual(expected);
    expect(constants('sha256')).toEqual(expected.slice(0, 64).map((constant) => constant.slice(0, 8)));
  });

  it('of MD5 are sines (RFC 1321 3.4)', () => {
    const sines = Array.from({ length: 64 }, (_, i) => Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))));
    const steps = source('md5').split('function compress').at(-1) ?? '';
    const constants = [...steps.matchAll(/0x([0-9a-f]{8})/g)].map(([, hex]) => hex);
    // Each stands in two lines, one for each block.
    expect(constants).toEqual(sines.flatMap((sine) => Array(2).fill(sine.toString(16).padStart(8, '0'))));
  });
});

/** About a second each, in the long form only: the same loops as above, 100,000 rounds of them. */
const slow: readonly [file: string, type: string][] = [
  ['pkcs12/jdk17-legacy.p12', 'PKCS12'],
  ['jceks/iterations-10000.jceks', 'JCEKS'],
];

describe('without WebAssembly', () => {
  // A host that forbids to compile, as a content security policy does.
  const forbidden = runInNewContext('WebAssembly', {}, { contextCodeGeneration: { wasm: false } });

  it('a host that forbids to compile throws a CompileError of its own', () => {
    const module = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    expect(() => new forbidden.Module(module)).toThrow(/disallowed by embedder/);
  });

  describe.each([
    ['missing', undefined],
    ['forbidden', forbidden],
  ])('%s', (_, substitute) => {
    beforeEach(() => {
      vi.resetModules();
      if (substitute) vi.stubGlobal('WebAssembly', substitute);
      else delete host.WebAssembly;
    });
    afterEach(() => {
      vi.unstubAllGlobals();
      host.WebAssembly = original;
      vi.resetModules();
    });

    it('the loops are not there', async () => {
      const { WasmProgram } = await import('../../../src/crypto/hash/wasm-program.js');
      expect(WasmProgram.of('sha1')).toBeUndefined();
      expect(WasmProgram.of('sha1')).toBeUndefined();
    });

    it.each(['sha1', 'sha256', 'sha512'])('%s is iterated all the same', async (name) => {
      const { iterateDigest: fresh } = await import('../../../src/crypto/hash/iterate-digest.js');
      const first = hash(name, 'x', 'buffer');
      expect(toHex(fresh(name, first, 600))).toBe(slowly(name, first, 600));
    });

    it('MD5 with a suffix is iterated all the same, as JCEKS does', async () => {
      const { iterateMd5With: fresh } = await import('../../../src/crypto/hash/iterate-digest.js');
      const [starts, suffix] = [[noise('one', 4), noise('other', 4)] as [Uint8Array, Uint8Array], noise('suffix', 8)];
      expect(fresh(starts, suffix, 600).map(toHex)).toEqual(starts.map((start) => md5With(start, suffix, 600)));
    });

    it.each<[file: string, type: string]>([['pkcs12/jdk17-several-keys.p12', 'PKCS12'], ...(isLong ? slow : [])])(
      '%s opens',
      async (file, type) => {
        const { loadKeyStore } = await import('../../../src/keystore/load.js');
        const { storePass = '' } = expectation(file);
        const store = await loadKeyStore(readFileSync(`${fixtures}${file}`), { storePass });
        expect(store).toMatchObject({ type, integrity: 'verified' });
        const keys = [...store].filter((entry) => entry.kind === 'PrivateKeyEntry');
        expect((await keys[0]?.getPrivateKey())?.pkcs8.length).toBeGreaterThan(60);
      },
    );
  });
});

describe('the WebAssembly loop', () => {
  afterEach(() => void vi.restoreAllMocks());
  /** The block lengths with which loops were called. */
  function watchLoops(): number[] {
    const lengths: number[] = [];
    const { iterate } = WasmProgram.prototype;
    vi.spyOn(WasmProgram.prototype, 'iterate').mockImplementation(function (this: WasmProgram, block, ...rest) {
      lengths.push(block.length);
      return iterate.call(this, block, ...rest);
    });
    return lengths;
  }

  // FIPS 180-4, figure 1.
  it.each([
    ['sha1', 64],
    ['sha224', 64],
    ['sha256', 64],
    ['sha384', 128],
    ['sha512', 128],
  ])('computes 500 iterations of %s and more, and not fewer', (name, blockLength) => {
    const first = hash(name, 'x', 'buffer');
    const lengths = watchLoops();
    iterateDigest(name, first, 499);
    expect(lengths).toEqual([]);
    iterateDigest(name, first, 500);
    expect(lengths).toEqual([blockLength]);
  });

  // 39 bytes fit in a block of 64 with a digest of 16, an octet of padding, and 8 octets of length (RFC 1321 3.1 and 3.2).
  it.each([
    [500, 39, true],
    [499, 39, false],
    [500, 40, false],
  ])('computes %i iterations of MD5 with a suffix of %i bytes: %s', (count, length, isUsed) => {
    const lengths = watchLoops();
    iterateMd5With([noise('one', 4), noise('other', 4)], noise('suffix', length), count);
    expect(lengths).toEqual(isUsed ? [128] : []);
  });
});

it('a program is compiled once', () => {
  const program = WasmProgram.of('sha1');
  expect(program).toBeDefined();
  expect(WasmProgram.of('sha1')).toBe(program);
  expect(WasmProgram.of('sha256')).not.toBe(program);
});

it('nothing is left in the memory of a loop', async () => {
  const exports: InstanceType<Wasm['Instance']>['exports'][] = [];
  vi.resetModules();
  vi.stubGlobal('WebAssembly', {
    Module: original.Module,
    Instance: function record(module: object) {
      const instance = new original.Instance(module);
      exports.push(instance.exports);
      return instance;
    },
  });
  try {
    const fresh = await import('../../../src/crypto/hash/iterate-digest.js');
    for (const name of ['sha1', 'sha256', 'sha512']) {
      const result = Buffer.from(fresh.iterateDigest(name, hash(name, 'secret', 'buffer'), 600));
      const memory = Buffer.from(exports.at(-1)?.memory.buffer ?? expect.fail());
      // As octets, and as the words that the loop works with.
      for (const trace of [
        result.subarray(0, 8),
        Buffer.from(result.subarray(0, 8)).swap32(),
        Buffer.from(result.subarray(0, 8)).swap64(),
      ])
        expect(memory.includes(trace), name).toBe(false);
    }
    const suffix = new TextEncoder().encode('the password');
    const [first, second] = fresh.iterateMd5With([Uint8Array.of(1), Uint8Array.of(2)], suffix, 600);
    const memory = Buffer.from(exports.at(-1)?.memory.buffer ?? expect.fail());
    for (const trace of [first, second, suffix]) expect(memory.includes(Buffer.from(trace))).toBe(false);
    expect(exports).toHaveLength(4);
  } finally {
    vi.unstubAllGlobals();
    vi.resetModules();
  }
});
