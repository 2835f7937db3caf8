import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../src/asn1/encode.js';
import { Tag } from '../../src/asn1/tag.js';
import { readCertificate } from '../../src/x509/parse-certificate.js';
import type { ParsedCertificate } from '../../src/x509/parsed-certificate.js';

const text = (value: string) => new Uint8Array(Buffer.from(value, 'utf8'));
const constructed = 0x20;
const context = (number: number, ...content: Uint8Array[]) => encodeElement(0xa0 + number, ...content);
const implicit = (number: number, ...content: Uint8Array[]) => encodeElement(0x80 + number, ...content);
const bitString = (octets: Uint8Array, unused = 0) => encodeElement(Tag.bitString, Uint8Array.of(unused), octets);
const boolean = (value: boolean) => encodeElement(Tag.boolean, Uint8Array.of(value ? 0xff : 0));
const nothing = encodeElement(Tag.null);

const attributeTypes: Record<string, string> = {
  CN: '2.5.4.3',
  C: '2.5.4.6',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  emailAddress: '1.2.840.113549.1.9.1',
};

/** `CN=a,O=b`, first part first in the DER; several RDNs by `,`, attributes of one RDN by `+`. */
export function name(value: string, tag: number = Tag.utf8String): Uint8Array {
  if (value === '') return encodeSequence();
  const rdn = (part: string) =>
    encodeElement(
      Tag.set | constructed,
      ...part.split('+').map((attribute) => {
        const [type = '', ...rest] = attribute.split('=');
        const bytes = tag === Tag.bmpString ? Buffer.from(rest.join('='), 'utf16le').swap16() : text(rest.join('='));
        return encodeSequence(encodeObjectIdentifier(attributeTypes[type] ?? type), encodeElement(tag, bytes));
      }),
    );
  return encodeSequence(...value.split(',').map(rdn));
}

export const generalName = {
  email: (value: string) => implicit(1, text(value)),
  dns: (value: string) => implicit(2, text(value)),
  directory: (value: string) => context(4, name(value)),
  uri: (value: string) => implicit(6, text(value)),
  ip: (...octets: number[]) => implicit(7, Uint8Array.from(octets)),
  other: () => context(0, encodeObjectIdentifier('1.3.6.1.4.1.311.20.2.3'), context(0, encodeElement(12, text('x')))),
};

/** One Extension. */
export function extension(oid: string, value: Uint8Array, critical = false): Uint8Array {
  return encodeSequence(encodeObjectIdentifier(oid), ...(critical ? [boolean(true)] : []), encodeOctetString(value));
}

export const ext = {
  basicConstraints: (ca: boolean, pathLength?: number) =>
    extension(
      '2.5.29.19',
      encodeSequence(...(ca ? [boolean(true)] : []), ...(pathLength === undefined ? [] : [encodeInteger(pathLength)])),
      true,
    ),
  keyUsage: (bits: number) => extension('2.5.29.15', bitString(Uint8Array.of(bits)), true),
  extKeyUsage: (...oids: string[]) => extension('2.5.29.37', encodeSequence(...oids.map(encodeObjectIdentifier))),
  subjectAltName: (...names: Uint8Array[]) => extension('2.5.29.17', encodeSequence(...names)),
  subjectKeyIdentifier: (id: string) => extension('2.5.29.14', encodeOctetString(text(id))),
  authorityKeyIdentifier: (id: string) => extension('2.5.29.35', encodeSequence(implicit(0, text(id)))),
  nameConstraints: (permitted: Uint8Array[], excluded: Uint8Array[] = []) =>
    extension(
      '2.5.29.30',
      encodeSequence(
        ...(permitted.length ? [context(0, ...permitted.map((base) => encodeSequence(base)))] : []),
        ...(excluded.length ? [context(1, ...excluded.map((base) => encodeSequence(base)))] : []),
      ),
      true,
    ),
  caIssuers: (...urls: string[]) =>
    extension(
      '1.3.6.1.5.5.7.1.1',
      encodeSequence(
        ...urls.map((url) => encodeSequence(encodeObjectIdentifier('1.3.6.1.5.5.7.48.2'), generalName.uri(url))),
      ),
    ),
};

export const serverAuth = '1.3.6.1.5.5.7.3.1';
export const clientAuth = '1.3.6.1.5.5.7.3.2';
/** keyCertSign and cRLSign; digitalSignature and keyEncipherment. */
export const caUsage = 0x06;
export const serverUsage = 0xa0;

/** How a certificate is signed: AlgorithmIdentifier, and the signature itself. */
export interface Signer {
  readonly algorithm: Uint8Array;
  sign(data: Uint8Array, key: KeyObject): Uint8Array;
}

/** A signature algorithm by OID and OpenSSL's name of the hash. */
export function signer(oid: string, hash: string | null, options: object = {}, ...parameters: Uint8Array[]): Signer {
  return {
    algorithm: encodeSequence(encodeObjectIdentifier(oid), ...parameters),
    sign: (data, key) => sign(hash, data, { key, ...options }),
  };
}

const ecdsaSha256 = signer('1.2.840.10045.4.3.2', 'sha256');
export const ecdsaSha1 = signer('1.2.840.10045.4.1', 'sha1');
/** For certificates whose signature nothing verifies. */
export const unsigned: Signer = { ...ecdsaSha256, sign: () => new Uint8Array(70) };
const byType: Record<string, Signer> = {
  ec: ecdsaSha256,
  rsa: signer('1.2.840.113549.1.1.11', 'sha256', {}, nothing),
  ed25519: signer('1.3.101.112', null),
  ed448: signer('1.3.101.113', null),
  dsa: signer('2.16.840.1.101.3.4.3.2', 'sha256'),
};

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** P-256 keys by number, each made once: most tests only need that keys differ. */
const pool: KeyPair[] = [];
let nextKey = 0;
export function newKey(): KeyPair {
  nextKey++;
  return (pool[nextKey - 1] ??= generateKeyPairSync('ec', { namedCurve: 'P-256' }));
}

/** A name with a key: what certificates are made for, and by. */
export interface Party {
  readonly name: string;
  readonly key: KeyPair;
}

export function party(commonName: string, key: KeyPair = newKey()): Party {
  return { name: commonName.includes('=') ? commonName : `CN=${commonName}`, key };
}

export interface Recipe {
  readonly from?: string;
  readonly to?: string;
  readonly serial?: number;
  /** DER of the names, instead of the parties' own. */
  readonly subject?: Uint8Array;
  readonly issuer?: Uint8Array;
  /** All extensions; left out, the usual ones of a CA or a server. */
  readonly extensions?: readonly Uint8Array[];
  /** Added to the usual ones. */
  readonly more?: readonly Uint8Array[];
  readonly pathLength?: number;
  readonly signer?: Signer;
  /** AlgorithmIdentifier outside the signed part. */
  readonly outerAlgorithm?: Uint8Array;
  readonly spki?: Uint8Array;
  /** Bits of the signature's last octet that do not count. */
  readonly unusedBits?: number;
  readonly version1?: boolean;
}

let serials = 1;

function time(iso: string): Uint8Array {
  const digits = new Date(iso).toISOString().replace(/[-:T]|\.\d+/g, '');
  return encodeElement(Tag.generalizedTime, text(digits));
}

/** SubjectPublicKeyInfo of each key, because OpenSSL takes longer to encode one than the rest of a certificate takes. */
const encoded = new WeakMap<KeyObject, Uint8Array>();

function spkiOf(key: KeyObject): Uint8Array {
  const spki = encoded.get(key) ?? new Uint8Array(key.export({ format: 'der', type: 'spki' }));
  encoded.set(key, spki);
  return spki;
}

function make(subject: Party, issuer: Party, usual: readonly Uint8Array[], recipe: Recipe): ParsedCertificate {
  const { from = '2020-01-01', to = '2030-01-01', serial = serials++ } = recipe;
  const how = recipe.signer ?? byType[issuer.key.privateKey.asymmetricKeyType ?? ''] ?? ecdsaSha256;
  const extensions = [...(recipe.extensions ?? usual), ...(recipe.more ?? [])];
  const tbs = encodeSequence(
    ...(recipe.version1 ? [] : [context(0, encodeInteger(2))]),
    encodeInteger(serial),
    how.algorithm,
    recipe.issuer ?? name(issuer.name),
    encodeSequence(time(from), time(to)),
    recipe.subject ?? name(subject.name),
    recipe.spki ?? spkiOf(subject.key.publicKey),
    ...(recipe.version1 || extensions.length === 0 ? [] : [context(3, encodeSequence(...extensions))]),
  );
  const signature = how.sign(tbs, issuer.key.privateKey);
  return readCertificate(
    encodeSequence(tbs, recipe.outerAlgorithm ?? how.algorithm, bitString(signature, recipe.unusedBits)),
  );
}

/** A CA certificate for `subject`, made by `issuer`. */
export function certify(subject: Party, issuer: Party, recipe: Recipe = {}): ParsedCertificate {
  return make(subject, issuer, [ext.basicConstraints(true, recipe.pathLength), ext.keyUsage(caUsage)], recipe);
}

/** A self-signed root. */
export function root(subject: Party, recipe: Recipe = {}): ParsedCertificate {
  return certify(subject, subject, recipe);
}

/** A server's certificate. */
export function leafOf(issuer: Party, recipe: Recipe & { readonly host?: string; readonly key?: KeyPair } = {}) {
  const { host = 'mail.example.com', key = newKey() } = recipe;
  const usual = [
    ext.basicConstraints(false),
    ext.keyUsage(serverUsage),
    ext.extKeyUsage(serverAuth),
    ext.subjectAltName(generalName.dns(host)),
  ];
  return make(party(host, key), issuer, usual, recipe);
}

export const now = new Date('2025-06-01T00:00:00Z');

/** A key pair from a private key in PEM. */
export function keyPair(pem: string): KeyPair {
  const privateKey = createPrivateKey(pem);
  return { privateKey, publicKey: privateKey };
}
