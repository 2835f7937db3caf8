import { describe, expect, test } from 'vitest';
import { commandOutlines } from '../../../src/cli/commands.js';
import { commandReferences } from '../../../src/cli/manual/command-reference.js';
import { manualFiles } from '../../../src/cli/manual/manual-files.js';
import { runCommand } from '../fake-host.js';

const references = await commandReferences();
const files = await manualFiles('2026-11-26');

describe.each(references)('$name', ({ name, options, examples, description }) => {
  test('its help fits 80 columns, and has two or three examples', async () => {
    const { exitCode, output } = await runCommand(['help', name]);
    expect(exitCode).toBe(0);
    for (const line of output.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(examples.length).toBeGreaterThanOrEqual(2);
    expect(examples.length).toBeLessThanOrEqual(3);
    for (const [line] of examples) expect(output).toContain(`  jks2pem ${line}\n`);
    for (const { long } of options) expect(output).toContain(long);
  });

  test('the man page has its description, options and examples', () => {
    const page = files['man/jks2pem.1']?.replaceAll('\\-', '-') ?? '';
    expect(page).toContain(`.SH ${name.toUpperCase()}\n`);
    expect(page.toLowerCase()).toContain(description.toLowerCase());
    for (const { long } of options) expect(page).toMatch(new RegExp(`^\\.B .*${long}\\b`, 'm'));
    for (const [line] of examples) expect(page).toContain(`.B jks2pem ${line}`);
  });

  test.each(['bash', 'zsh', 'fish'])('%s completes its options', (shell) => {
    const file = { bash: 'completions/jks2pem.bash', zsh: 'completions/_jks2pem', fish: 'completions/jks2pem.fish' }[
      shell
    ];
    const text = files[file ?? ''] ?? '';
    for (const { long, short } of options) {
      expect(text).toContain(shell === 'fish' ? `-l ${long.slice(2)}` : long);
      if (short) expect(text).toContain(shell === 'fish' ? `-s ${short.slice(1)}` : short);
    }
  });
});

test('the help of the program fits 80 columns', async () => {
  const { output } = await runCommand(['--help']);
  for (const line of output.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
});

test('every command is described', () => {
  expect(references.map(({ name }) => name)).toEqual(commandOutlines.map(({ name }) => name));
});

test('no line of the man page is longer than roff likes, or begins with a stray macro', () => {
  const macros = /^\.(?:TH|SH|PP|TP|IP|B|BR|br|nf|fi)\b/;
  for (const line of (files['man/jks2pem.1'] ?? '').split('\n'))
    if (line.startsWith('.') || line.startsWith("'")) expect(line).toMatch(macros);
});
