/**
 * JSON for a terminal or a file, a line end after it. What moves the cursor, hides or reorders is escaped beyond what JSON
 * asks for: names and aliases come from files that anybody may have made.
 */
export function toJson(value: unknown): string {
  return `${harmless(JSON.stringify(value, null, 2))}\n`;
}

/** The same in one line, as programs read that take one object after another. */
export function toJsonLine(value: unknown): string {
  return `${harmless(JSON.stringify(value))}\n`;
}

function harmless(json: string): string {
  const odd = /[^\n\P{Cc}]|[\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
  return json.replace(odd, (character) =>
    // By code unit: beyond the BMP JSON writes two.
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
