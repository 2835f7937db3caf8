import { type Jks2PemError, StoreMalformedError, StoreUnsupportedError } from '../../errors.js';
import { describeDer } from './other-der-file.js';

/** How much of a text is looked at. */
const excerptLength = 64 * 1024;

/** First bytes, in ISO 8859-1, of files that people take for keystores. */
const beginnings: readonly (readonly [string, string])[] = [
  // orapki's auto-login wallet; the fourth byte, 6 to 8, is its version.
  [
    '\xa1\xf8\x4e',
    'an Oracle auto-login wallet (cwallet.sso), whose password is not known; use the ewallet.p12 beside it',
  ],
  ['SQLite format 3\0', "an SQLite database, probably one of NSS; take certificates out of it with 'pk12util -o'"],
  ['PK\x03\x04', 'a ZIP or JAR archive'],
  ['\x1f\x8b', 'compressed with gzip; unpack it first'],
  ['PuTTY-User-Key-File', 'a key of PuTTY'],
  ['<', 'HTML or XML; perhaps an error page that was downloaded in place of the file'],
];

/** What becomes of 0xFF, 0xFE, 0xED, 0xCE and everything above 0x7F when binary is read as UTF-8 and written again: U+FFFD. */
const replacement = '\xef\xbf\xbd';

/** The error for bytes that are no keystore: what they are instead, where that can be told, and what to do. */
export function explainNonKeystore(bytes: Uint8Array): Jks2PemError {
  if (bytes.length === 0) return new StoreUnsupportedError('not a keystore: the file is empty');
  const text = Buffer.from(bytes.subarray(0, excerptLength)).toString('latin1');
  const ruined = ruinedBy(text);
  if (ruined !== undefined) return new StoreMalformedError('store', ruined, 0);
  const what =
    describeText(text) ?? describeDer(bytes) ?? beginnings.find(([start]) => text.trimStart().startsWith(start))?.[1];
  return new StoreUnsupportedError(
    what === undefined
      ? 'not a keystore: neither JKS, JCEKS, PKCS12, BKS, UBER nor BCFKS'
      : `not a keystore, but ${what}`,
  );
}

/** How a keystore that once was one came to be none. */
function ruinedBy(text: string): string | undefined {
  const advice = 'copy it as binary, and exclude it from text filtering';
  // JKS and JCEKS: four bytes of magic number, then a version. PKCS#12: the first octet of a length in long form.
  if (text.startsWith(replacement.repeat(4)) || text.startsWith(`0${replacement}`)) {
    return `a keystore that was read as UTF-8 text and written again, which cannot be undone; ${advice}`;
  }
  if (text.startsWith('\xc3\xbe\xc3\xad\xc3\xbe\xc3\xad') || text.startsWith('\xc3\x8e\xc3\x8e\xc3\x8e\xc3\x8e')) {
    return `a keystore that was taken for ISO 8859-1 text and written as UTF-8; ${advice}`;
  }
  return undefined;
}

function describeText(text: string): string | undefined {
  const labels = [...text.matchAll(/^-----BEGIN ([A-Z0-9 ]{1,40})-----/gm)].map(([, label]) => label);
  if (labels.length > 0) return `PEM already: ${[...new Set(labels)].join(', ')}`;
  // Java's DomainKeyStore: a configuration that names keystores. White space is that of one line, and a name is
  // taken to its end: a pattern that may stop anywhere tries every place, 64 KB of line ends took seconds.
  if (/^[ \t]*domain[ \t]+[\w.-]{1,200}(?![\w.-])[^{]{0,1000}\{/m.test(text)) {
    const stores = [...text.matchAll(/keystoreURI\s*=\s*"([^"]{1,500})"/g)].map(([, uri]) => uri);
    return `the configuration of a DKS keystore domain; convert the stores it names: ${stores.join(', ') || 'none'}`;
  }
  return undefined;
}
