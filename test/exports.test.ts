import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { project } from './project.js';

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const sources = ['src', 'test', 'bin', 'page'].flatMap((folder) =>
  readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.m?[tj]s$/.test(name) && !name.includes('.cache'))
    .map((name): SourceFile => {
      const path = join(folder, name);
      return { path, text: readFileSync(join(project, path), 'utf8') };
    }),
);

/** The files that import each file, in any way. */
const importers = new Map<string, SourceFile[]>();
for (const file of sources)
  for (const [, specifier = ''] of file.text.matchAll(/(?:\bfrom |\bimport |\bimport\()'(\.[^']+)'/g)) {
    const target = normalize(join(dirname(file.path), specifier)).replace(/\.js$/, '.ts');
    importers.set(target, [...(importers.get(target) ?? []), file]);
  }

/** What WebAssembly exports is called by name; and platform-web.ts takes the place of platform.ts in the page. */
const isExempt = (path: string) =>
  path.startsWith('src/crypto/hash/wasm/') || /^src\/crypto\/platform(-web)?\.ts$/.test(path);
const declaration = /^export (?:async |abstract )*(?:const|let|function\*?|class|interface|type) (\w+)/gm;

test('every export is used by another file, or public', () => {
  const unused: string[] = [];
  for (const { path, text } of sources.filter((file) => file.path.startsWith('src/') && !isExempt(file.path)))
    for (const [, name] of text.matchAll(declaration))
      if (!importers.get(path)?.some((importer) => new RegExp(`\\b${name}\\b`).test(importer.text)))
        unused.push(`${path}: ${name}`);
  expect(unused).toEqual([]);
});
