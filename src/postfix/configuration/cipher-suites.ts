/** A cipher suite of TLS 1.2 or older, described by the properties that OpenSSL's keywords refer to (openssl-ciphers(1)). */
export interface CipherSuite {
  readonly name: string;
  readonly keyExchange: 'ECDHE' | 'DHE' | 'RSA' | 'PSK' | 'RSAPSK' | 'DHEPSK' | 'ECDHEPSK' | 'SRP';
  readonly authentication: 'ECDSA' | 'RSA' | 'DSS' | 'PSK' | 'SRP' | 'none';
  /** OpenSSL's name of the cipher, such as `AES256` or `CHACHA20`. */
  readonly cipher: string;
  readonly mode: 'GCM' | 'CCM' | 'CCM8' | 'POLY1305' | 'CBC' | 'none';
  /** The hash of the HMAC; `AEAD` for a cipher that needs no HMAC. */
  readonly hash: 'MD5' | 'SHA1' | 'SHA256' | 'SHA384' | 'AEAD';
}

/** A suite that encrypts, and that authenticates the server only by an ECDSA or RSA certificate. */
interface CertificateSuite extends CipherSuite {
  readonly authentication: 'ECDSA' | 'RSA';
}

/** The cipher suites of OpenSSL 3 for TLS 1.2 and older. */
interface CipherSuites {
  readonly all: readonly CipherSuite[];
  readonly certificateSuites: readonly CertificateSuite[];
}

let suites: CipherSuites | undefined;

/** Creates the tables at the first use, because that takes more than a millisecond, and importing the library needs none of them. */
export function cipherSuites(): CipherSuites {
  if (suites === undefined) {
    const certificateSuites = makeCertificateSuites();
    suites = { all: [...certificateSuites, ...otherNames.trim().split(/\s+/).map(readName)], certificateSuites };
  }
  return suites;
}

type Family = Pick<CertificateSuite, 'keyExchange' | 'authentication'> & { readonly prefix: string };

const ecdsa: Family = { prefix: 'ECDHE-ECDSA-', keyExchange: 'ECDHE', authentication: 'ECDSA' };
const ecdheRsa: Family = { prefix: 'ECDHE-RSA-', keyExchange: 'ECDHE', authentication: 'RSA' };
const dheRsa: Family = { prefix: 'DHE-RSA-', keyExchange: 'DHE', authentication: 'RSA' };
const rsa: Family = { prefix: '', keyExchange: 'RSA', authentication: 'RSA' };

type Algorithm = readonly [name: string, cipher: string, mode: CipherSuite['mode'], hash: CipherSuite['hash']];

function makeCertificateSuites(): CertificateSuite[] {
  return [
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
}

function combine(families: readonly Family[], algorithms: readonly Algorithm[]): CertificateSuite[] {
  return families.flatMap(({ prefix, ...family }) =>
    algorithms.map(([name, cipher, mode, hash]) => ({ name: `${prefix}${name}`, ...family, cipher, mode, hash })),
  );
}

/** The other suites of OpenSSL 3 for TLS 1.2 and older: without encryption, without a certificate, or with one that is not used today. */
const otherNames = `
  ADH-AES128-GCM-SHA256 ADH-AES128-SHA ADH-AES128-SHA256 ADH-AES256-GCM-SHA384 ADH-AES256-SHA ADH-AES256-SHA256 ADH-CAMELLIA128-SHA
  ADH-CAMELLIA128-SHA256 ADH-CAMELLIA256-SHA ADH-CAMELLIA256-SHA256 AECDH-AES128-SHA AECDH-AES256-SHA AECDH-NULL-SHA
  DHE-DSS-AES128-GCM-SHA256 DHE-DSS-AES128-SHA DHE-DSS-AES128-SHA256 DHE-DSS-AES256-GCM-SHA384 DHE-DSS-AES256-SHA
  DHE-DSS-AES256-SHA256 DHE-DSS-ARIA128-GCM-SHA256 DHE-DSS-ARIA256-GCM-SHA384 DHE-DSS-CAMELLIA128-SHA DHE-DSS-CAMELLIA128-SHA256
  DHE-DSS-CAMELLIA256-SHA DHE-DSS-CAMELLIA256-SHA256 DHE-PSK-AES128-CBC-SHA DHE-PSK-AES128-CBC-SHA256 DHE-PSK-AES128-CCM
  DHE-PSK-AES128-CCM8 DHE-PSK-AES128-GCM-SHA256 DHE-PSK-AES256-CBC-SHA DHE-PSK-AES256-CBC-SHA384 DHE-PSK-AES256-CCM
  DHE-PSK-AES256-CCM8 DHE-PSK-AES256-GCM-SHA384 DHE-PSK-ARIA128-GCM-SHA256 DHE-PSK-ARIA256-GCM-SHA384 DHE-PSK-CAMELLIA128-SHA256
  DHE-PSK-CAMELLIA256-SHA384 DHE-PSK-CHACHA20-POLY1305 DHE-PSK-NULL-SHA DHE-PSK-NULL-SHA256 DHE-PSK-NULL-SHA384
  ECDHE-ECDSA-NULL-SHA ECDHE-PSK-AES128-CBC-SHA ECDHE-PSK-AES128-CBC-SHA256 ECDHE-PSK-AES256-CBC-SHA ECDHE-PSK-AES256-CBC-SHA384
  ECDHE-PSK-CAMELLIA128-SHA256 ECDHE-PSK-CAMELLIA256-SHA384 ECDHE-PSK-CHACHA20-POLY1305 ECDHE-PSK-NULL-SHA ECDHE-PSK-NULL-SHA256
  ECDHE-PSK-NULL-SHA384 ECDHE-RSA-NULL-SHA NULL-MD5 NULL-SHA NULL-SHA256 PSK-AES128-CBC-SHA PSK-AES128-CBC-SHA256 PSK-AES128-CCM
  PSK-AES128-CCM8 PSK-AES128-GCM-SHA256 PSK-AES256-CBC-SHA PSK-AES256-CBC-SHA384 PSK-AES256-CCM PSK-AES256-CCM8
  PSK-AES256-GCM-SHA384 PSK-ARIA128-GCM-SHA256 PSK-ARIA256-GCM-SHA384 PSK-CAMELLIA128-SHA256 PSK-CAMELLIA256-SHA384
  PSK-CHACHA20-POLY1305 PSK-NULL-SHA PSK-NULL-SHA256 PSK-NULL-SHA384 RSA-PSK-AES128-CBC-SHA RSA-PSK-AES128-CBC-SHA256
  RSA-PSK-AES128-GCM-SHA256 RSA-PSK-AES256-CBC-SHA RSA-PSK-AES256-CBC-SHA384 RSA-PSK-AES256-GCM-SHA384 RSA-PSK-ARIA128-GCM-SHA256
  RSA-PSK-ARIA256-GCM-SHA384 RSA-PSK-CAMELLIA128-SHA256 RSA-PSK-CAMELLIA256-SHA384 RSA-PSK-CHACHA20-POLY1305 RSA-PSK-NULL-SHA
  RSA-PSK-NULL-SHA256 RSA-PSK-NULL-SHA384 SRP-AES-128-CBC-SHA SRP-AES-256-CBC-SHA SRP-DSS-AES-128-CBC-SHA SRP-DSS-AES-256-CBC-SHA
  SRP-RSA-AES-128-CBC-SHA SRP-RSA-AES-256-CBC-SHA
`;

/** The beginnings of {@link otherNames}, with the key exchange and the authentication that they stand for. */
const prefixes: readonly (readonly [RegExp, CipherSuite['keyExchange'], CipherSuite['authentication']])[] = [
  [/^DHE-DSS-/, 'DHE', 'DSS'],
  [/^ADH-/, 'DHE', 'none'],
  [/^AECDH-/, 'ECDHE', 'none'],
  [/^RSA-PSK-/, 'RSAPSK', 'RSA'],
  [/^DHE-PSK-/, 'DHEPSK', 'PSK'],
  [/^ECDHE-PSK-/, 'ECDHEPSK', 'PSK'],
  [/^PSK-/, 'PSK', 'PSK'],
  [/^SRP-DSS-/, 'SRP', 'DSS'],
  [/^SRP-RSA-/, 'SRP', 'RSA'],
  [/^SRP-/, 'SRP', 'SRP'],
  [/^ECDHE-ECDSA-/, 'ECDHE', 'ECDSA'],
  [/^ECDHE-RSA-/, 'ECDHE', 'RSA'],
];

/** Derives the properties of a suite from its name. */
function readName(name: string): CipherSuite {
  const [, keyExchange, authentication] = prefixes.find(([prefix]) => prefix.test(name)) ?? [/^/, 'RSA', 'RSA'];
  const cipher = /CHACHA20|NULL|(AES|ARIA|CAMELLIA)-?(128|256)/.exec(name)?.[0].replace('-', '') ?? '';
  const mode =
    (/GCM|CCM8|CCM|POLY1305/.exec(name)?.[0] as CipherSuite['mode'] | undefined) ??
    (cipher === 'NULL' ? 'none' : 'CBC');
  const [hash] = /(SHA384|SHA256|MD5)$/.exec(name) ?? ['SHA1'];
  const isAead = mode !== 'CBC' && mode !== 'none';
  return { name, keyExchange, authentication, cipher, mode, hash: isAead ? 'AEAD' : (hash as CipherSuite['hash']) };
}
