import { decodeBase64 } from '../bytes/base64.js';
import { checkArgument, someBytes } from '../bytes/check-arguments.js';
import { toLatin1 } from '../bytes/encoding.js';
import { LimitExceededError, MalformedError } from '../errors.js';
import { defaultLimits } from '../limits.js';

/** One block of a PEM file. */
export interface PemBlock {
  /** The label of the boundary lines, such as `CERTIFICATE`. */
  readonly label: string;
  /** The decoded content. */
  readonly der: Uint8Array;
}

/**
 * A block, and whether its headers say that it is encrypted (RFC 1421 4.6.1.1). OpenSSL writes such headers for encrypted traditional keys.
 */
export interface ReadPemBlock extends PemBlock {
  readonly isEncrypted: boolean;
}

/** The blocks before the first malformed one, and the problem of that one. */
interface PemReading {
  readonly blocks: readonly ReadPemBlock[];
  readonly fault?: PemFault;
}

/** The block after the last readable one, and why it is malformed. */
export interface PemFault {
  readonly label: string;
  readonly kind: 'no end' | 'another end' | 'begin inside' | 'not base64';
  /** The line where reading stopped, trimmed; empty at the end of the text. */
  readonly line: string;
  /** Offset of that line in bytes from the start of the file; for `no end` and `not base64`, of the BEGIN line. */
  readonly offset: number;
}

/**
 * `lenient`: RFC 7468, but any line ends, indented lines and missing padding are allowed. `openssl`: as strict as PEM_read_bio of OpenSSL
 * 3, which Postfix uses; boundaries begin in the first column, and lines end with LF or CRLF. Both allow a byte order mark.
 */
type PemMode = 'lenient' | 'openssl';

/**
 * Decodes the blocks of a PEM text, in their order. Text between blocks is skipped. Lines may be indented, and may end with LF, CRLF or CR.
 * RFC 1421 headers are skipped; the content of an encrypted block stays encrypted.
 * @throws {MalformedError} `ERR_MALFORMED` if a block has no end, ends with another label, contains another BEGIN line, or is not base64
 * @throws {LimitExceededError} `ERR_LIMIT_EXCEEDED` if there are more than 100,000 blocks
 * @throws {TypeError} if the argument is not a Uint8Array
 * @see RFC 7468
 * @example
 * const [{ label, der }] = decodePem(readFileSync('mail.pem'));
 */
export function decodePem(text: Uint8Array): PemBlock[] {
  checkArgument('decodePem', 'text', text, someBytes);
  return readPemBlocks(text).map(({ label, der }) => ({ label, der }));
}

/** Decodes the blocks like {@link decodePem}, and also returns which of them are encrypted. */
export function readPemBlocks(text: Uint8Array): readonly ReadPemBlock[] {
  const { blocks, fault } = readPem(text, 'lenient');
  if (fault === undefined) return blocks;
  const problem = {
    'no end': `END ${fault.label} missing`,
    'another end': `END ${fault.label} expected`,
    'begin inside': `BEGIN ${beginLabel(fault.line)} before END ${fault.label}`,
    'not base64': 'not base64',
  }[fault.kind];
  throw new MalformedError(`PEM block ${blocks.length + 1}`, problem, fault.offset);
}

/**
 * Decodes the blocks before the first malformed one.
 * @throws {LimitExceededError} if there are more than 100,000 blocks
 */
export function readPem(bytes: Uint8Array, mode: PemMode): PemReading {
  const { split, trim } = rules[mode];
  const text = toLatin1(bytes);
  // The text begins after the byte order mark, but offsets count it.
  const start = text.startsWith(byteOrderMark) ? byteOrderMark.length : 0;
  const lines = text.slice(start).split(split);
  const blocks: ReadPemBlock[] = [];
  let open: { label: string; content: string[]; offset: number } | undefined;
  let offset = start;
  for (const raw of lines) {
    const line = trim(raw);
    const fault = (kind: PemFault['kind'], block: { label: string; offset: number }, at = offset) => ({
      blocks,
      fault: { label: block.label, kind, line, offset: at },
    });
    if (open === undefined) {
      const label = beginLabel(line);
      if (label !== undefined) open = { label, content: [], offset };
    } else if (line.startsWith('-----END ')) {
      if (line !== `-----END ${open.label}-----`) return fault('another end', open);
      const block = readBlock(open.label, open.content, mode);
      if (block === undefined) return fault('not base64', open, open.offset);
      if (blocks.length === maximumBlocks)
        throw new LimitExceededError('entries', maximumBlocks + 1, maximumBlocks, 'PEM blocks');
      blocks.push(block);
      open = undefined;
    } else if (mode === 'lenient' && beginLabel(line) !== undefined) {
      return fault('begin inside', open);
    } else {
      open.content.push(line);
    }
    offset += raw.length;
    // In `openssl` mode, the CR of a CR LF is still in the line.
    offset += text.startsWith('\r\n', offset) ? 2 : 1;
  }
  if (open === undefined) return { blocks };
  return { blocks, fault: { label: open.label, kind: 'no end', line: '', offset: open.offset } };
}

/** The byte order mark of UTF-8, decoded as Latin-1. */
const byteOrderMark = '\xef\xbb\xbf';

/** Maximum number of blocks, equal to the maximum number of entries of a keystore. */
const maximumBlocks = defaultLimits.entries;

const rules = {
  lenient: { split: /\r\n|\n|\r/, trim: (line: string) => line.trim() },
  openssl: { split: /\n/, trim: trimEnd },
} as const;

function beginLabel(line: string): string | undefined {
  const label = line.startsWith('-----BEGIN ') && line.endsWith('-----') ? line.slice(11, -5) : undefined;
  // A label contains neither two consecutive hyphens nor a CR, which for OpenSSL does not end a line.
  return label === undefined || /\r|--/.test(label) ? undefined : label;
}

/**
 * Removes white space and control characters at the end of a line, as OpenSSL does. A regular expression would take quadratic time for long
 * lines.
 */
function trimEnd(line: string): string {
  let end = line.length;
  while (end > 0 && line.charCodeAt(end - 1) <= 0x20) end--;
  return line.slice(0, end);
}

function readBlock(label: string, lines: readonly string[], mode: PemMode): ReadPemBlock | undefined {
  // If the first line contains a colon, the block begins with headers. An empty line ends them.
  const headers = lines[0]?.includes(':') ? lines.indexOf('') : -1;
  const isEncrypted = lines.slice(0, headers + 1).some((line) => /^Proc-Type:.*ENCRYPTED/.test(line));
  const content = lines
    .slice(headers + 1)
    .join('')
    .replace(mode === 'openssl' ? /[ \t]/g : /\s/g, '');
  if (mode === 'openssl' && content.length % 4 !== 0) return undefined;
  const der = decodeBase64(content);
  return der && { label, isEncrypted, der };
}
