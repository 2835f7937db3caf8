import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { need, packages, Unavailable } from './tool.js';

test('what is needed is what install.sh installs', () => {
  const script = readFileSync(new URL('install.sh', import.meta.url), 'utf8');
  const wanted = [...script.matchAll(/^want (\S+) (\S+)$/gm)].map(([, name, debian]) => [name, debian]);
  expect(wanted).toEqual(Object.entries(packages));
});

test('what is missing is called by its name and package', () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  try {
    expect(() => need('gcc')).toThrow(new Unavailable('gcc is missing (Debian: gcc)'));
  } finally {
    process.env['PATH'] = path;
  }
});
