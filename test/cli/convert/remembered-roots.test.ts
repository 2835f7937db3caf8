import { expect, it } from 'vitest';
import type { Memory } from '../../../src/cli/host.js';
import { builtInRoots } from '../../../src/x509/roots.js';
import { runCommand } from '../fake-host.js';

const fixtures = new URL('../../../fixtures/', import.meta.url).pathname;
const story = [`${fixtures}tomcat.keystore`, '--storepass', 'pass:my-passphrase', '--dry-run', '--json', '-o'];

function memoryOf(kept = new Map<string, Uint8Array>()): Memory & { readonly kept: ReadonlyMap<string, Uint8Array> } {
  return { kept, recall: (name) => kept.get(name), remember: (name, bytes) => void kept.set(name, bytes) };
}

it('a run that was told the names of the roots says the same as one that was not, and looks at none of strangers', async () => {
  const memory = memoryOf();
  const looked: number[] = [];
  const run = () => runCommand([...story, '/tmp/never-written.pem'], { memory, onRoot: (index) => looked.push(index) });
  const first = await run();
  expect(first.exitCode).toBe(0);
  expect(memory.kept.get('roots')).toHaveLength(4 * (await builtInRoots()).length);
  expect(await run()).toEqual(first);
  expect(looked).toEqual([]);
});

it.each([
  ['empty', new Uint8Array()],
  ['cut off', new Uint8Array(7)],
])('what was kept is not used if it is %s', async (_, bytes) => {
  const memory = memoryOf(new Map([['roots', bytes]]));
  expect((await runCommand([...story, '/tmp/never-written.pem'], { memory })).exitCode).toBe(0);
  expect(memory.kept.get('roots')?.length).toBeGreaterThan(400);
});

it('a run for several keystores leaves the names of the roots, too, but not if it needs no roots', async () => {
  const several = (...args: readonly string[]) => [`${fixtures}tomcat.keystore`, ...story.slice(1, 4), ...args];
  const memory = memoryOf();
  await runCommand(several('--output-dir', '/tmp/never-made', '--trusted'), { memory });
  expect(memory.kept.size).toBe(0);
  await runCommand(several('--output-dir', '/tmp/never-made'), { memory });
  expect(memory.kept.get('roots')).toHaveLength(4 * (await builtInRoots()).length);
});
