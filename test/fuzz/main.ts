import { parseArgs } from 'node:util';
import { command, runCase } from './fuzz-case.js';
import type { Target } from './target.js';
import { targets } from './targets.js';
import { Watchdog } from './watchdog.js';

/** KiB that the process may come to occupy, Node itself and the fixtures included. */
const mostMemory = 512 * 1024;
/** Failures after which a target is given up: the first few tell. */
const enough = 5;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    target: { type: 'string', multiple: true },
    seed: { type: 'string' },
    cases: { type: 'string' },
  },
});

const print = (line: string) => void process.stdout.write(`${line}\n`);

/** Runs one target, input after input; gives the number of failures. */
async function fuzz(target: Target, watchdog: Watchdog): Promise<number> {
  const first = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  const cases = values.cases === undefined ? Number.POSITIVE_INFINITY : Number(values.cases);
  const end = performance.now() + (values.cases === undefined ? Number(values.seconds) * 1000 : 2 ** 31);
  let [count, failures, slowest] = [0, 0, 0];
  for (; count < cases && failures < enough && performance.now() < end; count++) {
    const seed = (first + count) | 0;
    watchdog.watch(seed);
    let outcome = await runCase(target, seed);
    // Processor time, too, grows on a busy machine. Only what is slow twice is a failure.
    if (outcome.problem?.startsWith('took')) outcome = await runCase(target, seed);
    slowest = Math.max(slowest, outcome.took);
    if (outcome.problem === undefined) continue;
    failures++;
    print(`${target.name}: ${outcome.problem}\n  again: ${command(target, seed)}`);
  }
  const memory = process.resourceUsage().maxRSS;
  print(
    `${target.name}: ${count} inputs from seed ${first}, ${failures} failures, slowest ${Math.round(slowest)} ms, memory ${Math.round(memory / 1024)} MiB`,
  );
  return failures + (memory > mostMemory ? 1 : 0);
}

const wanted = values.target ?? targets.map(({ name }) => name);
const unknown = wanted.filter((name) => !targets.some((target) => target.name === name));
if (unknown.length > 0) {
  print(`no target is called ${unknown.join(', ')}; there are ${targets.map(({ name }) => name).join(', ')}`);
  process.exitCode = 2;
} else {
  const watchdog = new Watchdog();
  let failures = 0;
  for (const target of targets) if (wanted.includes(target.name)) failures += await fuzz(target, watchdog);
  await watchdog.stop();
  process.exitCode = failures === 0 ? 0 : 1;
}
