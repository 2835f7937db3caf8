import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { machine } from './machine.js';
import { faults, gaps, type Result, title } from './result.js';
import { type Row, run } from './row.js';
import { batchRows } from './rows/batch.js';
import { commandRows } from './rows/command.js';
import { growthRows } from './rows/growth.js';
import { libraryRows } from './rows/library.js';
import { memoryRows } from './rows/memory.js';
import { replaceBetweenMarks, toTable } from './table.js';

const rows: readonly Row[] = [...commandRows, ...libraryRows, ...batchRows, ...growthRows, ...memoryRows];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '15' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    docs: { type: 'boolean', default: false },
    /** A row by its number, in this process. */
    row: { type: 'string' },
  },
});

/** Where the table is published. */
const document = 'docs/performance.md';

const print = (text: string) => void process.stdout.write(`${text}\n`);
const tell = (text: string) => void process.stderr.write(`${text}\n`);

/** Each row in a process of its own: the machine code and the heap of one must not be those of another. */
function runApart(row: Row): Result {
  tell(title(row));
  const args = [
    '--expose-gc',
    process.argv[1] as string,
    '--row',
    String(rows.indexOf(row)),
    '--rounds',
    values.rounds,
  ];
  const { stdout, status, error } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 26,
  });
  if (error) throw error;
  if (status === 0) return JSON.parse(stdout.toString());
  process.exitCode = 1;
  const { field, ...comparison } = row;
  return { ...comparison, missing: 'failed', failed: true };
}

function runAll(wanted: readonly Row[]): void {
  const results = wanted.map(runApart);
  const table = toTable(results);
  print(values.json ? JSON.stringify({ machine: machine(), results }, null, 2) : `${table}\n\n${machine()}`);
  if (values.docs) {
    const content = `${table}\n\nMedians of ${values.rounds} rounds. ${machine()}`;
    writeFileSync(document, replaceBetweenMarks(readFileSync(document, 'utf8'), content));
  }
  const lacking = results.flatMap(gaps);
  const wrong = results.flatMap(faults);
  for (const line of [...lacking, ...wrong]) tell(line);
  if (lacking.some((line) => line.includes('(Debian: ')))
    tell('bash test/bench/install.sh installs what is missing, on Debian and as root');
  if (values.check && wrong.length > 0) process.exitCode = 1;
}

function refuse(problem: string): void {
  tell(problem);
  process.exitCode = 2;
}

const rounds = Number(values.rounds);
const { only = '' } = values;
const wanted = rows.filter((row) => title(row).toLowerCase().includes(only.toLowerCase()));
if (!Number.isSafeInteger(rounds) || rounds < 1) refuse('--rounds wants a whole number');
else if (!existsSync('dist/index.js')) refuse('nothing is built: npm run build');
else if (values.row !== undefined) print(JSON.stringify(await run(rows[Number(values.row)] as Row, rounds)));
else if (wanted.length === 0) refuse(`no row has "${only}" in it; there are:\n${rows.map(title).join('\n')}`);
else if (values.docs && wanted.length < rows.length) refuse('--docs needs all rows');
else runAll(wanted);
