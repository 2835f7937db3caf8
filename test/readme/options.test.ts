import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommand } from '../cli/fake-host.js';
import { project } from '../project.js';

/** docs/command.md has a section for each command, with a row for each option. */
const document = readFileSync(join(project, 'docs/command.md'), 'utf8');
const sections = new Map(
  document.split(/^## /m).map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);

async function help(...args: readonly string[]): Promise<string> {
  const { output, exitCode } = await runCommand([...args, '--help']);
  expect(exitCode).toBe(0);
  return output;
}

const optionsIn = (text: string) =>
  [...text.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm)].map((match) => match[1] as string);

describe('docs/command.md', () => {
  test('describes every option of every command, and no other', async () => {
    const names = [...(await help()).matchAll(/^ {2}([a-z]+) \[options\]/gm)].map((match) => match[1] as string);
    expect(names).toContain('convert');
    for (const name of names) {
      const rows = (sections.get(name) ?? '').split('\n').filter((line) => line.startsWith('| `-'));
      const described = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/--([a-z-]+)/g)]);
      const options = optionsIn(await help(name)).filter((option) => option !== 'help');
      expect(options.length, name).toBeGreaterThan(3);
      expect(new Set(described.map((match) => match[1])), name).toEqual(new Set(options));
    }
  });
});
