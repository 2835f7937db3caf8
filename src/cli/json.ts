/**
 * Formats JSON with a final line feed. Characters that move the cursor, hide text or reorder it are escaped too, because names and aliases
 * can come from a hostile file.
 */
export function toJson(value: unknown): string {
  return `${escapeUnsafe(JSON.stringify(value, null, 2))}\n`;
}

/** Formats JSON in one line, for output with one object per line. */
export function toJsonLine(value: unknown): string {
  return `${escapeUnsafe(JSON.stringify(value))}\n`;
}

function escapeUnsafe(json: string): string {
  const unsafe = /[^\n\P{Cc}]|[\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
  return json.replace(unsafe, (character) =>
    // JSON escapes UTF-16 code units. A character beyond the BMP has two.
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
