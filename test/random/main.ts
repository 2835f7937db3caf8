import { parseArgs } from 'node:util';
import { readInput } from '../fuzz/fuzz-case.js';
import { Random } from '../fuzz/random.js';
import { Watchdog } from '../fuzz/watchdog.js';
import { type CutFile, cutFiles, takePrefix } from './prefix.js';
import { randomStrings } from './random-strings.js';
import { Tally } from './tally.js';

/** KiB that the process may come to occupy, Node itself and the fixtures included: as for `npm run fuzz`. */
const mostMemory = 512 * 1024;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    only: { type: 'string' },
  },
});
const print = (line: string) => void process.stdout.write(`${line}\n`);

/** One input, with a name by which it is known again. */
interface Input {
  readonly name: string;
  take(): Promise<unknown>;
}

function* strings(count: number, first: number, tally: Tally): Generator<Input> {
  const target = randomStrings(tally);
  for (let i = 0; i < count; i++) {
    const seed = (first + i) | 0;
    yield {
      name: `--only strings --count 1 --seed ${seed}`,
      take: async () => (await target.prepare(new Random(seed)))(),
    };
  }
}

/** @param accepted gets, for each file, the lengths at which it was taken */
function* prefixes(files: readonly CutFile[], accepted: Map<string, number[]>): Generator<Input> {
  for (const file of files) {
    for (let length = 0; length < file.bytes.length; length++) {
      const take = async () => {
        if ((await takePrefix(file, length)) > 0) accepted.set(file.path, [...(accepted.get(file.path) ?? []), length]);
      };
      yield { name: `${length} bytes of ${file.path}`, take };
    }
  }
}

/** Takes one input after the other, and tells how it went; gives the number of failures. */
async function takeAll(what: string, inputs: Iterable<Input>, watchdog: Watchdog): Promise<number> {
  let [count, failures, slowest, slowestName] = [0, 0, 0, 'none'];
  for (const { name, take } of inputs) {
    watchdog.watch(++count);
    let { took, problem } = await readInput(take);
    // Processor time, too, grows on a busy machine. Only what is slow twice is a failure.
    if (problem?.startsWith('took')) ({ took, problem } = await readInput(take));
    if (took > slowest) [slowest, slowestName] = [took, name];
    if (problem === undefined) continue;
    failures++;
    print(`${name}: ${problem}`);
  }
  const memory = process.resourceUsage().maxRSS;
  if (memory > mostMemory) failures++;
  print(`${count} ${what}, ${failures} failures, memory ${Math.round(memory / 1024)} MiB`);
  print(`  slowest ${Math.round(slowest)} ms: ${slowestName}`);
  return failures;
}

const watchdog = new Watchdog();
let failures = 0;
if (values.only !== 'prefixes') {
  const tally = new Tally();
  const inputs = strings(Number(values.count), Number(values.seed), tally);
  failures += await takeAll(`random strings from seed ${values.seed}`, inputs, watchdog);
  for (const line of tally.lines()) print(line);
}
if (values.only !== 'strings') {
  const files = cutFiles();
  const accepted = new Map<string, number[]>();
  failures += await takeAll(`prefixes of ${files.length} files`, prefixes(files, accepted), watchdog);
  for (const [path, lengths] of accepted)
    print(`  ${path}: ${lengths.length} accepted as what the whole begins with, from ${lengths[0]} bytes on`);
}
await watchdog.stop();
process.exitCode = failures === 0 ? 0 : 1;
