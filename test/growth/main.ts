import { fields } from './fields.js';
import { describeGrowth, measureGrowth } from './measure.js';

/*
 * The long form of the growth suite: `npm run growth`. Each field at up to its largest size, in a process whose memory is bounded (see
 * package.json); prints the list of fields with their times, and fails if one of them grows too fast.
 *   npm run growth -- [PART OF A NAME]
 */

/** Bytes of memory that the process may ever have used. */
const mostMemory = 2 ** 30;
const part = process.argv[2] ?? '';
let failures = 0;
for (const field of fields.filter(({ name }) => name.includes(part))) {
  let growth = await measureGrowth(field, 2 ** 23);
  // Garbage of another field may be collected meanwhile; what really grows too fast does so each time.
  for (let again = 0; again < 2 && !growth.isFine; again++) growth = await measureGrowth(field, 2 ** 23);
  if (!growth.isFine) failures++;
  process.stdout.write(`${growth.isFine ? 'ok  ' : 'FAIL'} ${field.name} (${describeGrowth(growth)})\n`);
}
const memory = process.resourceUsage().maxRSS * 1024;
if (memory > mostMemory) failures++;
process.stdout.write(`${fields.length} fields, ${failures} failures, memory ${Math.round(memory / 2 ** 20)} MiB\n`);
process.exitCode = failures > 0 ? 1 : 0;
