/** Text from a file or server, made safe for a terminal: characters that move the cursor, hide or reorder text are escaped. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, (unsafe) => {
    const point = unsafe.codePointAt(0) ?? 0;
    return `\\u{${point.toString(16)}}`;
  });
}
