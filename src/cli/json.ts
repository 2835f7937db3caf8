/**
 * JSON as printed, with a final line feed. Beyond what JSON requires, characters that move the cursor, hide text or reorder it are
 * escaped: names and aliases come from files that anyone may have made.
 */
export function toJson(value: unknown): string {
  return `${escapeUnsafe(JSON.stringify(value, null, 2))}\n`;
}

/** JSON in one line, for output of one object per line. */
export function toJsonLine(value: unknown): string {
  return `${escapeUnsafe(JSON.stringify(value))}\n`;
}

function escapeUnsafe(json: string): string {
  const unsafe = /[^\n\P{Cc}]|[\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
  return json.replace(unsafe, (character) =>
    // JSON escapes UTF-16 code units, of which characters beyond the BMP have two.
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
