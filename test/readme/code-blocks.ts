import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../project.js';

/** The text between two fences in README.md or a file of docs/. */
export interface CodeBlock {
  /** The file, relative to the project. */
  readonly document: string;
  /** The word after the first fence; often empty. */
  readonly language: string;
  readonly text: string;
  /** The first two lines: a comment that names a file, or a command. */
  readonly head: string;
}

/** README.md and the documents, in the order in which their examples are run. */
export const documents: readonly string[] = [
  'README.md',
  ...readdirSync(join(project, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `docs/${name}`),
];

export const codeBlocks: readonly CodeBlock[] = documents.flatMap((document) =>
  [...readFileSync(join(project, document), 'utf8').matchAll(/^```([a-z]*)\n(.*?)^```$/gms)].map(
    ([, language = '', text = '']) => ({ document, language, text, head: text.split('\n').slice(0, 2).join('\n') }),
  ),
);

/**
 * The one block with this mark in its first two lines.
 * @throws {Error} if there is none, or several
 */
export function blockWith(mark: string): CodeBlock {
  const found = codeBlocks.filter(({ head }) => head.includes(mark));
  if (found[0] === undefined || found.length > 1)
    throw new Error(`${found.length} blocks of README.md and docs/ begin with ${mark}`);
  return found[0];
}
