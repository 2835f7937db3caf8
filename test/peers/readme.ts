import { readFileSync } from 'node:fs';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The lines that the README gives for a program or file, by the comment above them. */
export function readmeLines(heading: string): string {
  const block = readme.split('```').find((text) => text.startsWith(`\n# ${heading}\n`));
  if (block === undefined) throw new Error(`the README has no lines for ${heading}`);
  return block.slice(heading.length + 4);
}
