/** A cipher suite of TLS 1.2 or older, described by the properties that OpenSSL's keywords refer to (openssl-ciphers(1)). */
interface CipherSuite {
  readonly name: string;
  readonly keyExchange: 'ECDHE' | 'DHE' | 'RSA';
  readonly authentication: 'ECDSA' | 'RSA';
  /** OpenSSL's name of the cipher, such as `AES256` or `CHACHA20`. */
  readonly cipher: string;
  readonly mode: 'GCM' | 'CCM' | 'CCM8' | 'POLY1305' | 'CBC';
  /** The hash of the HMAC; `AEAD` for a cipher that needs no HMAC. */
  readonly hash: 'SHA1' | 'SHA256' | 'SHA384' | 'AEAD';
}

type Family = Pick<CipherSuite, 'keyExchange' | 'authentication'> & { readonly prefix: string };

const ecdsa: Family = { prefix: 'ECDHE-ECDSA-', keyExchange: 'ECDHE', authentication: 'ECDSA' };
const ecdheRsa: Family = { prefix: 'ECDHE-RSA-', keyExchange: 'ECDHE', authentication: 'RSA' };
const dheRsa: Family = { prefix: 'DHE-RSA-', keyExchange: 'DHE', authentication: 'RSA' };
const rsa: Family = { prefix: '', keyExchange: 'RSA', authentication: 'RSA' };

type Algorithm = readonly [name: string, cipher: string, mode: CipherSuite['mode'], hash: CipherSuite['hash']];

/**
 * The cipher suites of OpenSSL 3 for TLS 1.2 and older that encrypt, and that authenticate the server only by an ECDSA or RSA certificate.
 */
const suites: readonly CipherSuite[] = [
  ...combine(
    [ecdsa, ecdheRsa, dheRsa, rsa],
    [
      ['AES256-GCM-SHA384', 'AES256', 'GCM', 'AEAD'],
      ['AES128-GCM-SHA256', 'AES128', 'GCM', 'AEAD'],
    ],
  ),
  ...combine(
    [ecdsa, { ...ecdheRsa, prefix: 'ECDHE-' }, dheRsa, rsa],
    [
      ['ARIA256-GCM-SHA384', 'ARIA256', 'GCM', 'AEAD'],
      ['ARIA128-GCM-SHA256', 'ARIA128', 'GCM', 'AEAD'],
    ],
  ),
  ...combine([ecdsa, ecdheRsa, dheRsa], [['CHACHA20-POLY1305', 'CHACHA20', 'POLY1305', 'AEAD']]),
  ...combine(
    [ecdsa, dheRsa, rsa],
    [
      ['AES256-CCM', 'AES256', 'CCM', 'AEAD'],
      ['AES128-CCM', 'AES128', 'CCM', 'AEAD'],
      ['AES256-CCM8', 'AES256', 'CCM8', 'AEAD'],
      ['AES128-CCM8', 'AES128', 'CCM8', 'AEAD'],
    ],
  ),
  ...combine(
    [ecdsa, ecdheRsa],
    [
      ['AES256-SHA384', 'AES256', 'CBC', 'SHA384'],
      ['CAMELLIA256-SHA384', 'CAMELLIA256', 'CBC', 'SHA384'],
    ],
  ),
  ...combine(
    [dheRsa, rsa],
    [
      ['AES256-SHA256', 'AES256', 'CBC', 'SHA256'],
      ['CAMELLIA256-SHA256', 'CAMELLIA256', 'CBC', 'SHA256'],
      ['CAMELLIA256-SHA', 'CAMELLIA256', 'CBC', 'SHA1'],
      ['CAMELLIA128-SHA', 'CAMELLIA128', 'CBC', 'SHA1'],
    ],
  ),
  ...combine(
    [ecdsa, ecdheRsa, dheRsa, rsa],
    [
      ['AES128-SHA256', 'AES128', 'CBC', 'SHA256'],
      ['CAMELLIA128-SHA256', 'CAMELLIA128', 'CBC', 'SHA256'],
    ],
  ),
  ...combine(
    [ecdsa, ecdheRsa, dheRsa, rsa],
    [
      ['AES256-SHA', 'AES256', 'CBC', 'SHA1'],
      ['AES128-SHA', 'AES128', 'CBC', 'SHA1'],
    ],
  ),
];

function combine(families: readonly Family[], algorithms: readonly Algorithm[]): CipherSuite[] {
  return families.flatMap(({ prefix, ...family }) =>
    algorithms.map(([name, cipher, mode, hash]) => ({ name: `${prefix}${name}`, ...family, cipher, mode, hash })),
  );
}

const isByDefault = ({ cipher, mode }: CipherSuite) => !/^(ARIA|CAMELLIA)/.test(cipher) && !mode.startsWith('CCM');
const isDhe = ({ keyExchange }: CipherSuite) => keyExchange === 'DHE';
const isEcdhe = ({ keyExchange }: CipherSuite) => keyExchange === 'ECDHE';

/** Checks whether a suite needs TLS 1.2. Keywords such as `TLSv1.2` select the suites that were added with that version. */
const isModern = ({ hash }: CipherSuite) => hash !== 'SHA1';

/**
 * Keywords of openssl-ciphers(1) in upper case. Other keywords are treated as if they selected no suite; `eNULL` and `aNULL` in fact select
 * none of {@link suites}.
 */
const keywords: Readonly<Record<string, (suite: CipherSuite) => boolean>> = {
  ALL: () => true,
  HIGH: () => true,
  DEFAULT: isByDefault,
  COMPLEMENTOFDEFAULT: (suite) => !isByDefault(suite),
  RSA: ({ keyExchange }) => keyExchange === 'RSA',
  KRSA: ({ keyExchange }) => keyExchange === 'RSA',
  ARSA: ({ authentication }) => authentication === 'RSA',
  ECDSA: ({ authentication }) => authentication === 'ECDSA',
  AECDSA: ({ authentication }) => authentication === 'ECDSA',
  DH: isDhe,
  KDHE: isDhe,
  KEDH: isDhe,
  DHE: isDhe,
  EDH: isDhe,
  ECDH: isEcdhe,
  KECDHE: isEcdhe,
  KEECDH: isEcdhe,
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
  SHA: ({ hash }) => hash === 'SHA1',
  SHA1: ({ hash }) => hash === 'SHA1',
  SHA256: ({ hash }) => hash === 'SHA256',
  SHA384: ({ hash }) => hash === 'SHA384',
  'TLSV1.2': isModern,
  TLSV1: (suite) => !isModern(suite) && isEcdhe(suite),
  'TLSV1.0': (suite) => !isModern(suite) && isEcdhe(suite),
  SSLV3: (suite) => !isModern(suite) && !isEcdhe(suite),
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

/**
 * Returns the kinds of server certificates with which an encrypted TLS 1.2 handshake is possible.
 * @param list a cipher list in OpenSSL's syntax, such as the value of tls_medium_cipherlist
 * @param excluded the words of the parameters that exclude ciphers, such as smtpd_tls_exclude_ciphers
 */
export function usableCertificates(list: string, excluded: readonly string[]): ReadonlySet<'ECDSA' | 'RSA'> {
  if (suiteB.test(list)) return new Set(['ECDSA']);
  const removed = new Set<CipherSuite>();
  let chosen = new Set<CipherSuite>();
  for (const word of [...list.split(/[\s,:]+/), ...excluded.map((each) => `!${each}`)]) {
    const [, operator = '', rest = ''] = /^([!+-]?)(.*)$/.exec(word) ?? [];
    if (rest === '' || rest.startsWith('@')) continue;
    const selects = selector(rest);
    if (operator === '!') for (const suite of suites.filter(selects)) removed.add(suite);
    else if (operator === '-') chosen = new Set([...chosen].filter((suite) => !selects(suite)));
    else if (operator === '') for (const suite of suites.filter(selects)) chosen.add(suite);
  }
  const usable = [...chosen].filter((suite) => !removed.has(suite));
  return new Set(usable.map(({ authentication }) => authentication));
}
