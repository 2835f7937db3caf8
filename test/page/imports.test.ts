import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import * as web from '../../src/crypto/platform-web.js';
import { project } from '../project.js';

interface Import {
  readonly names: readonly string[];
  readonly specifier: string;
}

/** Imports of values; types disappear when the page is built. */
function importsOf(path: string): Import[] {
  const text = readFileSync(join(project, path), 'utf8');
  const listed = [...text.matchAll(/^(?:import|export) (?!type )([^;]*?) from '([^']+)';/gm)];
  const onDemand = [...text.matchAll(/\bimport\('([^']+)'\)/g)].map((match) => ['', '', match[1]]);
  return [...listed, ...onDemand].map(([, clause = '', specifier = '']) => ({
    names: (/\{([^}]*)\}/.exec(clause)?.[1] ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type '))
      .map((name) => name.replace(/ as .*/, '')),
    specifier,
  }));
}

/** The files that the page is built from, with the imports of each. */
function filesOfPage(): Map<string, Import[]> {
  const found = new Map<string, Import[]>();
  const pending = ['page/page.ts', 'page/worker.ts'];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (found.has(path)) continue;
    const imports = importsOf(path);
    found.set(path, imports);
    for (const { specifier } of imports)
      if (specifier.startsWith('.')) pending.push(join(dirname(path), specifier).replace(/\.js$/, '.ts'));
  }
  return found;
}

test('the page asks its platform for nothing that it lacks', () => {
  const files = filesOfPage();
  expect(files.size).toBeGreaterThan(100);
  const lacking = [...files].flatMap(([path, imports]) =>
    imports
      .filter(({ specifier }) => specifier.endsWith('crypto/platform.js') || /^\.\.?\/platform\.js$/.test(specifier))
      .flatMap(({ names }) => names.filter((name) => !(name in web)).map((name) => `${path}: ${name}`)),
  );
  expect(lacking).toEqual([]);
});

test('the page imports nothing of Node but its roots, which the build turns into data', () => {
  const replaced = new Set(['src/crypto/platform.ts']);
  const ofNode = [...filesOfPage()]
    .filter(([path]) => !replaced.has(path))
    .flatMap(([, imports]) => imports.map(({ specifier }) => specifier).filter((name) => name.startsWith('node:')));
  expect(ofNode).toEqual(['node:tls']);
});
