import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Fault } from './fault.js';
import { faults } from './faults.js';
import { ScratchCopy } from './scratch-copy.js';
import { runTests } from './trial.js';

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
process.once('SIGINT', () => process.exit(130));
const print = (line: string) => void process.stdout.write(`${line}\n`);

const wanted = faults.filter(({ file, mistake }) => `${file}: ${mistake}`.includes(values.only));

/** Puts one fault after the other into a copy of its own, until there are none left. */
async function takeFrom(queue: Fault[], survivors: Fault[]): Promise<void> {
  const copy = new ScratchCopy();
  try {
    for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) {
      const started = performance.now();
      const { noticedBy } = await copy.spoilt(fault, () => runTests(copy.folder, fault.likely));
      if (noticedBy === undefined) survivors.push(fault);
      const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(5);
      print(`${seconds} s  ${fault.file}: ${fault.mistake}\n         ${noticedBy ?? 'NOT CAUGHT'}`);
    }
  } finally {
    copy.remove();
  }
}

async function checkSoundness(): Promise<void> {
  const copy = new ScratchCopy();
  try {
    const { noticedBy, passed } = await runTests(copy.folder, []);
    if (noticedBy !== undefined) throw new Error(`without any fault, ${noticedBy} fails`);
    print(`without a fault ${passed} tests pass`);
  } finally {
    copy.remove();
  }
}

if (wanted.length === 0) {
  print(`no fault has "${values.only}" in its name`);
  process.exitCode = 2;
} else {
  const survivors: Fault[] = [];
  const queue = [...wanted];
  const lanes = Math.min(queue.length, availableParallelism());
  const lane = () => takeFrom(queue, survivors);
  // A test that fails anyway would seem to catch everything.
  await Promise.all([checkSoundness().then(lane), ...Array.from({ length: lanes - 1 }, lane)]);
  for (const { file, mistake } of survivors) print(`NOT CAUGHT: ${file}: ${mistake}`);
  const caught = wanted.length - survivors.length;
  print(`${caught} of ${wanted.length} faults caught, ${((100 * caught) / wanted.length).toFixed(1)} %`);
  process.exitCode = survivors.length === 0 ? 0 : 1;
}
