import { bytesFromBase64 } from './encoding.js';

/**
 * Decodes base64 that contains no white space. Padding may be missing.
 * @returns undefined if the text is not base64
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  // Searches for a wrong character, because matching the whole text overflows the stack of the regular expression engine from 8 MB on.
  if (/[^A-Za-z0-9+/]/.test(text.slice(0, text.length - padding)) || (text.length - padding) % 4 === 1)
    return undefined;
  return bytesFromBase64(text);
}
