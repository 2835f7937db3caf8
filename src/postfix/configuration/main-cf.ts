/** Parameters by name, not expanded. If a parameter is set several times, its last value is used, as in Postfix. */
export type Parameters = ReadonlyMap<string, string>;

/**
 * Reads the `name = value` lines of `postconf -n`, `postconf -d` or main.cf. A line that begins with white space continues the previous
 * one. Comment lines and empty lines are skipped.
 */
export function parseParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const equals = line.indexOf('=');
    const name = line.slice(0, Math.max(equals, 0)).trim();
    if (name !== '' && !/\s/.test(name)) parameters.set(name, line.slice(equals + 1).trim());
  }
  return parameters;
}

/** Returns the logical lines: continuation lines are joined, comment lines and empty lines are left out. */
export function logicalLines(text: string): string[] {
  return physicalLines(text).map((parts) => parts.map((part) => part.trim()).join(' '));
}

/**
 * Returns the physical lines of each logical line, which begins without white space and continues in lines that begin with white space.
 * Comment lines and empty lines are left out.
 */
export function physicalLines(text: string): string[][] {
  const lines: string[][] = [];
  for (const line of text.split(/\r?\n/)) {
    const first = line.search(/\S/);
    if (first < 0 || line[first] === '#') continue;
    if (first > 0 && lines.length > 0) lines.at(-1)?.push(line);
    else lines.push([line]);
  }
  return lines;
}
