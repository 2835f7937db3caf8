import { toLatin1 } from '../../bytes/encoding.js';
import { type PemFault, type ReadPemBlock, readPem } from '../../pem/decode.js';

export interface PemScan {
  readonly blocks: readonly ReadPemBlock[];
  /** The reason why OpenSSL stops reading the file, or finds no block in it. */
  readonly fault?: string;
}

/** Descriptions of other formats, by the first bytes of the file. */
const otherFormats: readonly (readonly [RegExp, string])[] = [
  [/^\xfe\xed\xfe\xed/, 'a JKS keystore'],
  [/^\xce\xce\xce\xce/, 'a JCEKS keystore'],
  [/^(\xff\xfe|\xfe\xff|.\0.\0|\0.\0.)/s, 'text in UTF-16'],
  [/^0[\x80-\x84]/, 'binary DER (a certificate, a key or a PKCS#12 keystore)'],
];

/** Reads PEM as strictly as OpenSSL, with which Postfix reads it. */
export function scanPem(bytes: Uint8Array): PemScan {
  const { blocks, fault } = readPem(bytes, 'openssl');
  if (fault) return { blocks, fault: `block ${blocks.length + 1} (${fault.label}) ${describe(fault)}` };
  if (blocks.length > 0) return { blocks };
  return { blocks, fault: whyNothing(toLatin1(bytes)) };
}

function describe({ kind, line }: PemFault): string {
  if (kind === 'no end') return 'is cut off';
  return kind === 'not base64' ? 'is not base64' : `ends in "${line.slice(0, 60)}"`;
}

function whyNothing(text: string): string {
  if (text.trim() === '') return 'it is empty';
  for (const [beginning, name] of otherFormats) if (beginning.test(text)) return `it is ${name}`;
  if (/^[ \t]+-----BEGIN /m.test(text)) return 'there are blanks before -----BEGIN';
  if (text.includes('-----BEGIN ') && text.includes('\r') && !text.includes('\n')) return 'its lines end with CR alone';
  if (text.includes('-----BEGIN ')) return 'its -----BEGIN lines are damaged';
  return 'there is no -----BEGIN in it';
}
