/** RFC 7468 2: every line but the last has exactly 64 characters. */
const lineLength = 64;

const encoder = new TextEncoder();

/**
 * One PEM block (RFC 7468): LF line ends, the last line included.
 * @param label what stands in its boundary lines, such as `CERTIFICATE` or `PRIVATE KEY`
 */
export function encodePem(label: string, der: Uint8Array): Uint8Array {
  const base64 = Buffer.from(der.buffer, der.byteOffset, der.length).toString('base64');
  let text = `-----BEGIN ${label}-----\n`;
  for (let at = 0; at < base64.length; at += lineLength) text += `${base64.slice(at, at + lineLength)}\n`;
  // Not a Buffer: a small one would share its memory with strangers, and this may be a key.
  return encoder.encode(`${text}-----END ${label}-----\n`);
}
