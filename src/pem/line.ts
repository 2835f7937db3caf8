/** RFC 7468 2: every line but the last has exactly 64 characters, which are 48 octets. */
export const octetsOfLine = 48;
export const charactersOfLine = 64;
/** With its LF. */
export const lengthOfLine = charactersOfLine + 1;
export const lineFeed = 0x0a;
