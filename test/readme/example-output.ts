/** What no two machines have in common, or no two days: dates, how long something is valid, owners, versions of Postfix. */
const ofTheMoment = [
  [/\d{4}-\d\d-\d\d/g, '\\d{4}-\\d\\d-\\d\\d'],
  [/\d+ days/g, '\\d+ days'],
  [/owner \S+:\S+/g, 'owner \\S+:\\S+'],
  [/Postfix \d+\\\.\d+\\\.\d+/g, 'Postfix \\d+\\.\\d+\\.\\d+'],
] as const;

/** What is shown in the README, as a pattern: `…` leaves out the rest of a line, on a line of its own any number of lines. */
export function patternOf(shown: string): RegExp {
  return new RegExp(`^${shown.trimEnd().split('\n').map(patternOfLine).join('')}$`);
}

function patternOfLine(line: string): string {
  if (line.trim() === '…') return '(?:.*\\n)*?';
  const escaped = line.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('…', '.*');
  return `${ofTheMoment.reduce((pattern, [example, any]) => pattern.replaceAll(example, () => any), escaped)}\\n`;
}

/** A block of a terminal session: the command after the first prompt, and its output. */
export function sessionOf(text: string): { command: string; shown: string } {
  const [first = '', ...rest] = text.split('\n');
  if (!first.startsWith('$ ')) throw new Error(`"${first}" begins with no prompt`);
  return { command: first.slice(2), shown: rest.join('\n') };
}
