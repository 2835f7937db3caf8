/** Text from a file, made harmless for a terminal: what moves the cursor, hides or reorders is written as an escape. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, (odd) => {
    const point = odd.codePointAt(0) ?? 0;
    return `\\u{${point.toString(16)}}`;
  });
}
