/**
 * JSON for a terminal or a file, a line end after it. What moves the cursor, hides or reorders is escaped beyond what JSON
 * asks for: names and aliases come from files that anybody may have made.
 */
export function toJson(value: unknown): string {
  const odd = /[^\n\P{Cc}]|[\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
  const escaped = JSON.stringify(value, null, 2).replace(odd, (character) =>
    // By code unit: beyond the BMP JSON writes two.
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
  return `${escaped}\n`;
}
