import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../project.js';

/** What stands between two fences in the README. */
export interface CodeBlock {
  /** What is said after the first fence; mostly empty. */
  readonly language: string;
  readonly text: string;
  /** The first two lines, where a file is named or a command stands. */
  readonly head: string;
}

export const codeBlocks: readonly CodeBlock[] = [
  ...readFileSync(join(project, 'README.md'), 'utf8').matchAll(/^```([a-z]*)\n(.*?)^```$/gms),
].map(([, language = '', text = '']) => ({ language, text, head: text.split('\n').slice(0, 2).join('\n') }));

/**
 * The one block with this mark in its first two lines.
 * @throws {Error} if there is none, or several
 */
export function blockWith(mark: string): CodeBlock {
  const found = codeBlocks.filter(({ head }) => head.includes(mark));
  if (found[0] === undefined || found.length > 1)
    throw new Error(`${found.length} blocks of the README begin with ${mark}`);
  return found[0];
}
