import { bytesFromBase64 } from './encoding.js';

/**
 * The octets of a base64 text without white space. Padding may be missing.
 * @returns undefined if it is not base64
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  // Searching for a wrong character, because matching the whole text overflows the stack of a regular expression from 8 MB on.
  if (/[^A-Za-z0-9+/]/.test(text.slice(0, text.length - padding)) || (text.length - padding) % 4 === 1)
    return undefined;
  return bytesFromBase64(text);
}
