import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildPackage } from '../built-package.js';
import { project } from '../project.js';

/** docs/command.md has a section for each command, with a row for each option. */
const document = readFileSync(join(project, 'docs/command.md'), 'utf8');
const sections = new Map(
  document.split(/^## /m).map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);
let command: string;

beforeAll(async () => {
  command = join(await buildPackage(), 'bin/jks2pem.js');
});

function help(...args: readonly string[]): string {
  const { stdout, status } = spawnSync(process.execPath, [command, ...args, '--help'], { encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout;
}

const optionsIn = (text: string) =>
  [...text.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm)].map((match) => match[1] as string);

describe('docs/command.md', () => {
  test('describes every option of every command, and no other', () => {
    const names = [...help().matchAll(/^ {2}([a-z]+) \[options\]/gm)].map((match) => match[1] as string);
    expect(names).toContain('convert');
    for (const name of names) {
      const rows = (sections.get(name) ?? '').split('\n').filter((line) => line.startsWith('| `-'));
      const described = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/--([a-z-]+)/g)]);
      const options = optionsIn(help(name)).filter((option) => option !== 'help');
      expect(options.length, name).toBeGreaterThan(3);
      expect(new Set(described.map((match) => match[1])), name).toEqual(new Set(options));
    }
  });
});
