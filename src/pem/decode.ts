import { checkArgument, someBytes } from '../bytes/caller-check.js';
import { MalformedError } from '../errors.js';

/** One block of a PEM file. */
export interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array;
}

const begin = /^-----BEGIN ([^\r\n-]*(?:-[^\r\n-]+)*)-----[ \t]*$/;
/** Headers of RFC 1421, which OpenSSL still writes above an encrypted key. */
const header = /^[A-Za-z0-9-]+:/;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * The blocks of a PEM text in order (RFC 7468, leniently: any line ends, byte order mark, text between blocks, white space).
 * A block with RFC 1421 headers is given with the bytes as they stand, encrypted or not.
 * @throws {MalformedError} if a block does not end, ends under another label, or is not base64
 */
export function decodePem(text: Uint8Array): PemBlock[] {
  checkArgument('decodePem', 'text', text, someBytes);
  const lines = Buffer.from(text.buffer, text.byteOffset, text.length)
    .toString('latin1')
    .split(/\r\n|\n|\r/);
  const blocks: PemBlock[] = [];
  let open: { label: string; content: string[]; offset: number } | undefined;
  let offset = 0;
  for (const line of lines) {
    const trimmed = line.replace(/^\u00ef\u00bb\u00bf/, '').trim();
    const label = begin.exec(trimmed)?.[1];
    const path = `PEM block ${blocks.length + 1}`;
    if (open === undefined) {
      if (label !== undefined) open = { label, content: [], offset };
    } else if (label !== undefined) {
      throw new MalformedError(path, `BEGIN ${label} before END ${open.label}`, offset);
    } else if (trimmed.startsWith('-----END ')) {
      if (trimmed !== `-----END ${open.label}-----`)
        throw new MalformedError(path, `END ${open.label} expected`, offset);
      blocks.push({ label: open.label, der: decodeContent(open.content, path, open.offset) });
      open = undefined;
    } else {
      open.content.push(trimmed);
    }
    // Offsets are for people: a line end of two characters counts as one.
    offset += line.length + 1;
  }
  if (open !== undefined)
    throw new MalformedError(`PEM block ${blocks.length + 1}`, `END ${open.label} missing`, open.offset);
  return blocks;
}

function decodeContent(lines: readonly string[], path: string, offset: number): Uint8Array {
  // Headers end with an empty line.
  const blank = lines[0] !== undefined && header.test(lines[0]) ? lines.indexOf('') : -1;
  const content = lines
    .slice(blank + 1)
    .join('')
    .replace(/\s/g, '');
  if (!base64.test(content) || content.length % 4 === 1) throw new MalformedError(path, 'not base64', offset);
  return new Uint8Array(Buffer.from(content, 'base64'));
}
