import { Asn1Element } from '../asn1/element.js';
import { contextTag, Tag } from '../asn1/tag.js';
import { toHex } from '../bytes/encoding.js';
import { MalformedError } from '../errors.js';
import { type GeneralName, readGeneralName } from './name/general-name.js';
import { type NameConstraints, readNameConstraints } from './name/name-constraints.js';

/** OIDs of the extensions that this library reads (RFC 5280 4.2), below id-ce (2.5.29) and id-pe (1.3.6.1.5.5.7.1). */
const ExtensionOid = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
} as const;

/**
 * OIDs of the extensions that may be critical in a certification path. The first seven are those of {@link ExtensionOid}, without
 * authorityInfoAccess, which must not be critical (RFC 5280 4.2.2.1). The others do not affect the chain that a server sends: issuer
 * alternative names, CRL distribution points, certificate policies, policy mappings, policy constraints, freshest CRL, inhibit any-policy,
 * Netscape's certificate type, and OCSP no-check. Policies are not evaluated.
 */
const understood: ReadonlySet<string> = new Set([
  ExtensionOid.subjectKeyIdentifier,
  ExtensionOid.keyUsage,
  ExtensionOid.subjectAltName,
  ExtensionOid.basicConstraints,
  ExtensionOid.nameConstraints,
  ExtensionOid.authorityKeyIdentifier,
  ExtensionOid.extKeyUsage,
  '2.5.29.18',
  '2.5.29.31',
  '2.5.29.32',
  '2.5.29.33',
  '2.5.29.36',
  '2.5.29.46',
  '2.5.29.54',
  '2.16.840.1.113730.1.1',
  '1.3.6.1.5.5.7.48.1.5',
]);

/** The bits of KeyUsage that this library checks, as masks of its first octet (RFC 5280 4.2.1.3). Bit 0 is the highest bit of the octet. */
export const KeyUsage = {
  digitalSignature: 0x80,
  keyEncipherment: 0x20,
  keyAgreement: 0x08,
  keyCertSign: 0x04,
} as const;

/** BasicConstraints (RFC 5280 4.2.1.9). */
interface BasicConstraints {
  readonly ca: boolean;
  /** Maximum number of CA certificates between this one and the leaf. Self-issued certificates do not count. */
  readonly pathLength?: number;
}

/** AuthorityKeyIdentifier (RFC 5280 4.2.1.1): identifies the issuer's key. */
interface AuthorityKeyIdentifier {
  /** Identifier of the issuer's key, in hexadecimal. */
  readonly keyIdentifier?: string;
}

/** OID of id-ad-caIssuers (RFC 5280 4.2.2.1). */
const caIssuers = '1.3.6.1.5.5.7.48.2';

/**
 * The extensions of a certificate. Each is parsed at its first use and then cached. If the certificate does not have an extension, its
 * getter returns undefined, unless stated otherwise. If the extension is malformed, its getter throws a MalformedError.
 */
export class Extensions {
  readonly #found: ReadonlyMap<string, { readonly critical: boolean; readonly value: Asn1Element }>;
  readonly #kept = new Map<string, unknown>();

  /**
   * @param extensions the SEQUENCE OF Extension, if the certificate has one
   * @throws {MalformedError} if an extension is malformed or occurs twice
   */
  constructor(extensions: Asn1Element | undefined) {
    const found = new Map<string, { critical: boolean; value: Asn1Element }>();
    for (const extension of extensions?.sequence('extensions') ?? []) {
      const [type, second, third] = extension.sequence('extension');
      const [flag, value] = third === undefined ? [undefined, second] : [second, third];
      if (!type || !value) throw extension.malformed('extension: two or three parts expected');
      const oid = type.oid('extension');
      // RFC 5280 4.2: not more than one instance of an extension.
      if (found.has(oid)) throw extension.malformed(`extension ${oid}: occurs twice`);
      const critical = flag !== undefined && flag.expect(Tag.boolean, 'critical').content[0] !== 0;
      found.set(oid, { critical, value: value.expect(Tag.octetString, 'extension value') });
    }
    this.#found = found;
  }

  /** OIDs of the critical extensions that this library does not support. */
  get unknownCritical(): readonly string[] {
    return [...this.#found].filter(([oid, { critical }]) => critical && !understood.has(oid)).map(([oid]) => oid);
  }

  get basicConstraints(): BasicConstraints | undefined {
    return this.#read(ExtensionOid.basicConstraints, 'basicConstraints', readBasicConstraints);
  }

  /** The first octet of the bit string; see {@link KeyUsage}. */
  get keyUsage(): number | undefined {
    return this.#read(ExtensionOid.keyUsage, 'keyUsage', (value) => value.bitOctets('keyUsage')[0] ?? 0);
  }

  /** OIDs of the purposes that the certificate may be used for. */
  get extendedKeyUsage(): readonly string[] | undefined {
    return this.#read(ExtensionOid.extKeyUsage, 'extKeyUsage', (value) => {
      const purposes = value.sequence('extKeyUsage').map((purpose) => purpose.oid('key purpose'));
      if (purposes.length === 0) throw value.malformed('extKeyUsage: empty');
      return purposes;
    });
  }

  get subjectAltName(): readonly GeneralName[] | undefined {
    return this.#read(ExtensionOid.subjectAltName, 'subjectAltName', (value) =>
      value.sequence('subjectAltName').map(readGeneralName),
    );
  }

  /**
   * The content of the subjectAltName extension in hexadecimal, even if the names in it are malformed; empty if there is no such extension.
   */
  get subjectAltNameKey(): string {
    const extension = this.#found.get(ExtensionOid.subjectAltName);
    return extension === undefined ? '' : toHex(extension.value.octets());
  }

  get nameConstraints(): NameConstraints | undefined {
    return this.#read(ExtensionOid.nameConstraints, 'nameConstraints', readNameConstraints);
  }

  /** Identifier of the certificate's own key, in hexadecimal. */
  get subjectKeyIdentifier(): string | undefined {
    return this.#read(ExtensionOid.subjectKeyIdentifier, 'subjectKeyIdentifier', (value) =>
      toHex(value.expect(Tag.octetString, 'subjectKeyIdentifier').octets()),
    );
  }

  get authorityKeyIdentifier(): AuthorityKeyIdentifier | undefined {
    return this.#read(ExtensionOid.authorityKeyIdentifier, 'authorityKeyIdentifier', (value) => {
      const parts = value.sequence('authorityKeyIdentifier');
      const key = parts.find((part) => part.tag === contextTag(0));
      return key === undefined ? {} : { keyIdentifier: toHex(key.content) };
    });
  }

  /**
   * The URLs of the authorityInfoAccess extension with the access method caIssuers, in their order; empty if there are none. The issuer's
   * certificate can be downloaded from them.
   */
  get caIssuers(): readonly string[] {
    const urls = this.#read(ExtensionOid.authorityInfoAccess, 'authorityInfoAccess', (value) =>
      value.sequence('authorityInfoAccess').flatMap((description) => {
        const [method, location] = description.sequence('AccessDescription');
        if (!method || !location) throw description.malformed('AccessDescription: two parts expected');
        if (method.oid('access method') !== caIssuers) return [];
        const name = readGeneralName(location);
        return name.kind === 'uri' ? [name.text] : [];
      }),
    );
    return urls ?? [];
  }

  #read<T>(oid: string, name: string, read: (value: Asn1Element) => T): T | undefined {
    if (this.#kept.has(oid)) return this.#kept.get(oid) as T;
    const extension = this.#found.get(oid);
    if (extension === undefined) return undefined;
    const { value } = extension;
    const result = read(
      Asn1Element.only(value.octets(), name, {
        base: value.contentOffset,
        faultClass: MalformedError,
      }),
    );
    this.#kept.set(oid, result);
    return result;
  }
}

function readBasicConstraints(value: Asn1Element): BasicConstraints {
  const parts = value.sequence('basicConstraints');
  const first = parts[0];
  const ca = first?.tag === Tag.boolean && first.content[0] !== 0;
  const length = first?.tag === Tag.boolean ? parts[1] : first;
  return length === undefined ? { ca } : { ca, pathLength: length.smallInteger('pathLenConstraint') };
}
