import { type CipherSuite, cipherSuites } from './cipher-suites.js';

const usesPsk = ({ keyExchange }: CipherSuite) => keyExchange.endsWith('PSK');
const isAnonymous = ({ authentication }: CipherSuite) => authentication === 'none';
const isNull = ({ cipher }: CipherSuite) => cipher === 'NULL';
const isByDefault = (suite: CipherSuite) =>
  !/^(ARIA|CAMELLIA)/.test(suite.cipher) &&
  !suite.mode.startsWith('CCM') &&
  !isAnonymous(suite) &&
  suite.authentication !== 'DSS';
const usesDhe = ({ keyExchange }: CipherSuite) => keyExchange === 'DHE';
const usesEcdhe = ({ keyExchange }: CipherSuite) => keyExchange === 'ECDHE';
const isDhe = (suite: CipherSuite) => usesDhe(suite) && !isAnonymous(suite);
const isEcdhe = (suite: CipherSuite) => usesEcdhe(suite) && !isAnonymous(suite);
const byKeyExchange = (wanted: CipherSuite['keyExchange']) => (suite: CipherSuite) => suite.keyExchange === wanted;
const byAuthentication = (wanted: CipherSuite['authentication']) => (suite: CipherSuite) =>
  suite.authentication === wanted;

/** Returns the version of TLS with which a suite was added. Keywords such as `TLSv1.2` select suites by it. */
function versionOf(suite: CipherSuite): 'TLSv1.2' | 'TLSv1' | 'SSLv3' {
  const { hash, mode } = suite;
  const isOldPsk = usesPsk(suite) && (mode === 'CBC' || mode === 'none');
  if (hash !== 'SHA1' && hash !== 'MD5') return isOldPsk ? 'TLSv1' : 'TLSv1.2';
  return usesEcdhe(suite) || suite.keyExchange === 'ECDHEPSK' ? 'TLSv1' : 'SSLv3';
}

/** Keywords of openssl-ciphers(1) in upper case. Other keywords select no suite of OpenSSL 3. */
const keywords: Readonly<Record<string, (suite: CipherSuite) => boolean>> = {
  ALL: (suite) => !isNull(suite),
  COMPLEMENTOFALL: isNull,
  HIGH: (suite) => !isNull(suite),
  DEFAULT: (suite) => isByDefault(suite) && !isNull(suite),
  COMPLEMENTOFDEFAULT: (suite) => !isByDefault(suite) && !isNull(suite),
  ENULL: isNull,
  NULL: isNull,
  ANULL: isAnonymous,
  ADH: (suite) => usesDhe(suite) && isAnonymous(suite),
  AECDH: (suite) => usesEcdhe(suite) && isAnonymous(suite),
  RSA: byKeyExchange('RSA'),
  KRSA: byKeyExchange('RSA'),
  ARSA: byAuthentication('RSA'),
  ECDSA: byAuthentication('ECDSA'),
  AECDSA: byAuthentication('ECDSA'),
  DSS: byAuthentication('DSS'),
  ADSS: byAuthentication('DSS'),
  PSK: usesPsk,
  KPSK: byKeyExchange('PSK'),
  KRSAPSK: byKeyExchange('RSAPSK'),
  KDHEPSK: byKeyExchange('DHEPSK'),
  KECDHEPSK: byKeyExchange('ECDHEPSK'),
  APSK: byAuthentication('PSK'),
  SRP: byKeyExchange('SRP'),
  KSRP: byKeyExchange('SRP'),
  ASRP: byAuthentication('SRP'),
  DH: usesDhe,
  KDHE: usesDhe,
  KEDH: usesDhe,
  DHE: isDhe,
  EDH: isDhe,
  ECDH: usesEcdhe,
  KECDHE: usesEcdhe,
  KEECDH: usesEcdhe,
  ECDHE: isEcdhe,
  EECDH: isEcdhe,
  AES: ({ cipher }) => cipher.startsWith('AES'),
  AESGCM: ({ cipher, mode }) => cipher.startsWith('AES') && mode === 'GCM',
  AESCCM: ({ mode }) => mode.startsWith('CCM'),
  AESCCM8: ({ mode }) => mode === 'CCM8',
  CBC: ({ mode }) => mode === 'CBC',
  FIPS: ({ cipher, mode }) => cipher.startsWith('AES') && (mode === 'GCM' || mode === 'CBC'),
  ARIA: ({ cipher }) => cipher.startsWith('ARIA'),
  ARIAGCM: ({ cipher }) => cipher.startsWith('ARIA'),
  CAMELLIA: ({ cipher }) => cipher.startsWith('CAMELLIA'),
  MD5: ({ hash }) => hash === 'MD5',
  SHA: ({ hash }) => hash === 'SHA1',
  SHA1: ({ hash }) => hash === 'SHA1',
  SHA256: ({ hash }) => hash === 'SHA256',
  SHA384: ({ hash }) => hash === 'SHA384',
  'TLSV1.2': (suite) => versionOf(suite) === 'TLSv1.2',
  TLSV1: (suite) => versionOf(suite) === 'TLSv1',
  'TLSV1.0': (suite) => versionOf(suite) === 'TLSv1',
  SSLV3: (suite) => versionOf(suite) === 'SSLv3',
};

/**
 * Returns a function that checks whether a word of a cipher list, without its operator, selects a suite. The word is the name of a suite, a
 * keyword, or several keywords joined by `+`, all of which must match.
 */
function selector(word: string): (suite: CipherSuite) => boolean {
  const parts = word
    .toUpperCase()
    .split('+')
    .map((part) => keywords[part] ?? ((suite: CipherSuite) => suite.cipher === part || suite.name === part));
  return (suite) => parts.every((part) => part(suite));
}

/**
 * Matches a list that begins with a profile of Suite B (RFC 6460). OpenSSL then takes the cipher suites of that profile, all of which need an
 * ECDSA certificate, and ignores the rest of the list, exclusions included.
 */
const suiteB = /^SUITEB(128|192)/;

/** What a cipher list leaves for TLS 1.2 and older. */
interface SelectedCiphers {
  /** Whether the list selects no suite at all. OpenSSL then refuses it, which breaks TLS 1.3 too (SSL_CTX_set_cipher_list). */
  readonly isEmpty: boolean;
  /** The kinds of server certificates with which an encrypted handshake is possible. */
  readonly certificates: ReadonlySet<'ECDSA' | 'RSA'>;
}

/**
 * Returns the suites that a cipher list selects.
 * @param list a cipher list in OpenSSL's syntax, such as the value of tls_medium_cipherlist
 * @param excluded the words of the parameters that exclude ciphers, such as smtpd_tls_exclude_ciphers
 */
export function selectCiphers(list: string, excluded: readonly string[]): SelectedCiphers {
  if (suiteB.test(list)) return { isEmpty: false, certificates: new Set(['ECDSA']) };
  const { all, certificateSuites } = cipherSuites();
  const removed = new Set<CipherSuite>();
  let chosen = new Set<CipherSuite>();
  for (const word of [...list.split(/[\s,:]+/), ...excluded.map((each) => `!${each}`)]) {
    const [, operator = '', rest = ''] = /^([!+-]?)(.*)$/.exec(word) ?? [];
    if (rest === '' || rest.startsWith('@')) continue;
    const selects = selector(rest);
    if (operator === '!') for (const suite of all.filter(selects)) removed.add(suite);
    else if (operator === '-') chosen = new Set([...chosen].filter((suite) => !selects(suite)));
    else if (operator === '') for (const suite of all.filter(selects)) chosen.add(suite);
  }
  const usable = [...chosen].filter((suite) => !removed.has(suite));
  const certificates = certificateSuites.filter((suite) => usable.includes(suite));
  return { isEmpty: usable.length === 0, certificates: new Set(certificates.map((suite) => suite.authentication)) };
}

/** Returns the kinds of server certificates with which an encrypted TLS 1.2 handshake is possible, as {@link selectCiphers} does. */
export function usableCertificates(list: string, excluded: readonly string[]): ReadonlySet<'ECDSA' | 'RSA'> {
  return selectCiphers(list, excluded).certificates;
}
