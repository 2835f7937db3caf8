import { blockWith } from '../readme/code-blocks.js';

/** The lines that the documents give for a program or file, by the comment above them. */
export function readmeLines(heading: string): string {
  const comment = `# ${heading}\n`;
  const { text } = blockWith(comment);
  return text.slice(comment.length);
}
