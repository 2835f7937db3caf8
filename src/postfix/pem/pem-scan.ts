/** One block as OpenSSL reads it. */
export interface ScannedBlock {
  readonly label: string;
  /** Whether it has headers that say it is encrypted (RFC 1421 4.6.1.1). */
  readonly encrypted: boolean;
  readonly der: Uint8Array;
}

export interface PemScan {
  readonly blocks: readonly ScannedBlock[];
  /** What made OpenSSL stop, in words. */
  readonly fault?: string;
}

/** What a file that holds no PEM begins with. */
const otherFormats: readonly (readonly [RegExp, string])[] = [
  [/^\xfe\xed\xfe\xed/, 'a JKS keystore'],
  [/^\xce\xce\xce\xce/, 'a JCEKS keystore'],
  [/^(\xff\xfe|\xfe\xff|.\0.\0|\0.\0.)/s, 'text in UTF-16'],
  [/^0[\x80-\x84]/, 'binary DER (a certificate, a key or a PKCS#12 keystore)'],
];

/**
 * Reads PEM as strictly as OpenSSL's PEM_read_bio does, and Postfix with it: a boundary begins in the first column, ends its
 * line, and lines end with LF or CRLF. Text between blocks is skipped, a byte order mark at the start too.
 */
export function scanPem(bytes: Uint8Array): PemScan {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const lines = text.replace(/^\xef\xbb\xbf/, '').split('\n');
  const blocks: ScannedBlock[] = [];
  for (let at = 0; at < lines.length; at++) {
    const label = beginLabel(lines[at] as string);
    if (label === undefined) continue;
    const end = endAfter(lines, at);
    const where = `block ${blocks.length + 1} (${label})`;
    if (end < 0) return { blocks, fault: `${where} is cut off` };
    if (trimEnd(lines[end] as string) !== `-----END ${label}-----`)
      return { blocks, fault: `${where} ends in "${shown(lines[end] as string)}"` };
    const block = readContent(label, lines.slice(at + 1, end).map(trimEnd));
    if (block === undefined) return { blocks, fault: `${where} is not base64` };
    blocks.push(block);
    at = end;
  }
  return blocks.length > 0 ? { blocks } : { blocks, fault: whyNothing(text) };
}

function beginLabel(line: string): string | undefined {
  return /^-----BEGIN (.*)-----$/.exec(trimEnd(line))?.[1];
}

/** The next END line; -1 if there is none. From there on, since a file may have many blocks. */
function endAfter(lines: readonly string[], begin: number): number {
  for (let at = begin + 1; at < lines.length; at++) if (lines[at]?.startsWith('-----END ')) return at;
  return -1;
}

/** OpenSSL cuts white space and control characters off the end of a line. By hand: a pattern would try every blank of a long line. */
function trimEnd(line: string): string {
  let end = line.length;
  while (end > 0 && line.charCodeAt(end - 1) <= 0x20) end--;
  return line.slice(0, end);
}

function shown(line: string): string {
  return trimEnd(line).slice(0, 60);
}

function readContent(label: string, lines: readonly string[]): ScannedBlock | undefined {
  // Headers end with an empty line.
  const headers = lines[0]?.includes(':') ? lines.indexOf('') : -1;
  const encrypted = lines.slice(0, Math.max(headers, 0)).some((line) => /^Proc-Type:.*ENCRYPTED/.test(line));
  const content = lines
    .slice(headers + 1)
    .join('')
    .replaceAll(/[ \t]/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(content) || content.length % 4 !== 0) return undefined;
  return { label, encrypted, der: new Uint8Array(Buffer.from(content, 'base64')) };
}

function whyNothing(text: string): string {
  if (text.trim() === '') return 'it is empty';
  for (const [beginning, name] of otherFormats) if (beginning.test(text)) return `it is ${name}`;
  if (/^[ \t]+-----BEGIN /m.test(text)) return 'there are blanks before -----BEGIN';
  if (text.includes('-----BEGIN ') && text.includes('\r') && !text.includes('\n')) return 'its lines end with CR alone';
  if (text.includes('-----BEGIN ')) return 'its -----BEGIN lines are damaged';
  return 'there is no -----BEGIN in it';
}
