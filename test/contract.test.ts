import { describe, expect, expectTypeOf, test } from 'vitest';
import * as library from '../src/index.js';

/**
 * What callers of the library hold on to, written down once more and by hand. `npm run types` fails where a name or a shape differs
 * from what stands here, these tests where something is exported that should not be, or no longer is.
 */

interface KeyStore {
  readonly type: library.StoreType;
  readonly version: number;
  readonly size: number;
  readonly integrity: 'verified' | 'not-checked' | 'none';
  readonly warnings: readonly library.Warning[];
  aliases(): string[];
  getEntry(alias: string): library.Entry | undefined;
  readonly certificates: readonly library.Certificate[];
  [Symbol.iterator](): IterableIterator<library.Entry>;
}

interface PrivateKeyEntry {
  readonly kind: 'PrivateKeyEntry';
  readonly alias: string;
  readonly creationDate?: Date;
  readonly certificateChain: readonly library.Certificate[];
  getPrivateKey(keyPass?: string): Promise<library.PrivateKey>;
}

interface TrustedCertificateEntry {
  readonly kind: 'trustedCertEntry';
  readonly alias: string;
  readonly creationDate?: Date;
  readonly certificate: library.Certificate;
}

interface SecretKeyEntry {
  readonly kind: 'SecretKeyEntry';
  readonly alias: string;
  readonly creationDate?: Date;
  getSecretKey(keyPass?: string): Promise<{ algorithm: string; key: Uint8Array }>;
}

interface PublicKeyEntry {
  readonly kind: 'PublicKeyEntry';
  readonly alias: string;
  readonly creationDate?: Date;
  readonly certificateChain: readonly library.Certificate[];
  getPublicKey(keyPass?: string): Promise<{ algorithm: string; spki: Uint8Array }>;
}

interface Certificate {
  readonly der: Uint8Array;
  readonly subject: string;
  readonly issuer: string;
  readonly serialNumber: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly sha256: string;
  readonly sha1: string;
  readonly subjectAltNames: readonly {
    readonly type: 'dns' | 'ip' | 'email' | 'uri' | 'directory' | 'other';
    readonly value: string;
  }[];
  readonly publicKey: { readonly algorithm: string; readonly size?: number; readonly curve?: string };
  readonly publicKeyAlgorithm: string;
  readonly signatureAlgorithm: string;
  readonly isSelfIssued: boolean;
  readonly isSelfSigned: boolean;
}

interface CertificationPath {
  readonly certificates: readonly library.Certificate[];
  readonly anchor?: library.Certificate;
  readonly rejected: readonly { readonly certificate: library.Certificate; readonly reason: string }[];
}

interface CertificationPathOptions {
  readonly now: Date;
  readonly candidates?: Iterable<library.Certificate>;
  readonly trustAnchors?: Iterable<library.Certificate>;
  readonly preference?: 'compatible' | 'shortest' | 'stored';
  readonly purpose?: 'serverAuth' | 'clientAuth' | 'any';
  readonly limits?: Partial<library.Limits>;
}

interface Installation {
  readonly mailVersion: string;
  readonly main: string;
  readonly master: string;
  readonly overrides: string;
  readonly saslTypes: string;
  readonly saslConfig?: string;
  file(path: string): { readonly bytes: Uint8Array; readonly mode: number; readonly owner: string } | undefined;
}

interface Finding {
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly service?: string;
  readonly parameter?: string;
  readonly message: string;
  readonly fix: string;
  readonly place: 'main.cf' | 'master.cf' | 'smtpd.conf' | 'shell';
}

/** Each class of error with its code, and what it tells besides. */
interface Errors {
  StoreMalformedError: { readonly code: 'ERR_STORE_MALFORMED'; readonly path: string; readonly offset: number };
  StoreUnsupportedError: {
    readonly code: 'ERR_STORE_UNSUPPORTED';
    readonly what: string;
    readonly oid?: string | undefined;
  };
  StoreIntegrityError: { readonly code: 'ERR_STORE_INTEGRITY' };
  PassphraseRequiredError: { readonly code: 'ERR_PASSPHRASE_REQUIRED' };
  EntryNotFoundError: {
    readonly code: 'ERR_ENTRY_NOT_FOUND';
    readonly alias: string | undefined;
    readonly available: readonly string[];
  };
  EntryAmbiguousError: {
    readonly code: 'ERR_ENTRY_AMBIGUOUS';
    readonly available: readonly string[];
    readonly choices: readonly library.EntryChoice[];
  };
  EntryTypeError: { readonly code: 'ERR_ENTRY_TYPE' };
  KeyUnrecoverableError: { readonly code: 'ERR_KEY_UNRECOVERABLE'; readonly alias: string };
  KeyMismatchError: { readonly code: 'ERR_KEY_MISMATCH'; readonly alias: string };
  PathNotFoundError: { readonly code: 'ERR_PATH_NOT_FOUND'; readonly reason: string; readonly candidates: number };
  LimitExceededError: {
    readonly code: 'ERR_LIMIT_EXCEEDED';
    readonly limit: string;
    readonly found: number;
    readonly maximum: number;
  };
  OutputError: { readonly code: 'ERR_OUTPUT'; readonly hint: string | undefined };
  HookFailedError: {
    readonly code: 'ERR_HOOK_FAILED';
    readonly hint: string | undefined;
    readonly reason: 'failed' | 'stopped' | 'not started';
  };
  ProbeError: { readonly code: 'ERR_PROBE' };
  MalformedError: { readonly code: 'ERR_MALFORMED'; readonly path: string; readonly offset: number };
  FetchError: { readonly code: 'ERR_FETCH' };
  PostfixError: { readonly code: 'ERR_POSTFIX' };
}

/** The part of an error of this library that no other error has. */
type OwnPart<Class extends keyof Errors> = Pick<
  InstanceType<(typeof library)[Class]>,
  Exclude<keyof InstanceType<(typeof library)[Class]>, keyof Error | 'warnings'>
>;
type OwnParts = { [Class in keyof Errors]: OwnPart<Class> };

describe('the library', () => {
  test('exports these names', () => {
    expect(Object.keys(library).sort()).toEqual([
      'EntryAmbiguousError',
      'EntryNotFoundError',
      'EntryTypeError',
      'FetchError',
      'HookFailedError',
      'Jks2PemError',
      'KeyMismatchError',
      'KeyUnrecoverableError',
      'LimitExceededError',
      'MalformedError',
      'OutputError',
      'PassphraseRequiredError',
      'PathNotFoundError',
      'PostfixError',
      'ProbeError',
      'StoreIntegrityError',
      'StoreMalformedError',
      'StoreUnsupportedError',
      'buildCertificationPath',
      'builtInRoots',
      'convert',
      'convertChain',
      'convertKeys',
      'convertTrusted',
      'decodePem',
      'defaultLimits',
      'detectStoreType',
      'downloadCertificates',
      'encodePem',
      'examineCertificationPath',
      'examinePostfix',
      'loadKeyStore',
      'parseCertificate',
      'probeServer',
      'readCertificateFile',
      'readTlsOptions',
      'tlsOptions',
      'toBundle',
      'toCertificateFile',
      'toKeyObject',
      'wipe',
    ]);
  });

  test('has these functions', () => {
    type Options = {
      readonly storePass?: string;
      readonly type?: library.StoreType;
      readonly limits?: Partial<library.Limits>;
    };
    expectTypeOf(library.detectStoreType).toEqualTypeOf<(bytes: Uint8Array) => library.StoreType | undefined>();
    expectTypeOf(library.loadKeyStore).returns.resolves.toEqualTypeOf<library.KeyStore>();
    expectTypeOf(library.loadKeyStore).parameter(0).toEqualTypeOf<Uint8Array>();
    expectTypeOf<library.LoadOptions>().toEqualTypeOf<Options>();
    expectTypeOf(library.parseCertificate).toEqualTypeOf<(der: Uint8Array) => library.Certificate>();
    expectTypeOf(library.buildCertificationPath).toEqualTypeOf<
      (leaf: library.Certificate, options: library.CertificationPathOptions) => library.CertificationPath
    >();
    expectTypeOf(library.encodePem).toEqualTypeOf<(label: string, der: Uint8Array) => Uint8Array>();
    expectTypeOf(library.decodePem).toEqualTypeOf<(text: Uint8Array) => library.PemBlock[]>();
    expectTypeOf<library.PemBlock>().toEqualTypeOf<{ readonly label: string; readonly der: Uint8Array }>();
    expectTypeOf(library.toBundle).toEqualTypeOf<
      (key: library.PrivateKey, path: library.CertificationPath) => Uint8Array
    >();
    expectTypeOf(library.convert).toEqualTypeOf<
      (bytes: Uint8Array, options?: library.ConversionOptions) => Promise<library.ConversionResult>
    >();
    expectTypeOf(library.examinePostfix).parameter(1).toExtend<{ now: Date }>();
    expectTypeOf<Installation>().toExtend<library.PostfixInstallation>();
    expectTypeOf(library.examinePostfix).returns.toEqualTypeOf<library.Finding[]>();
  });

  test('gives these shapes', () => {
    expectTypeOf<library.StoreType>().toEqualTypeOf<'JKS' | 'JCEKS' | 'PKCS12' | 'BKS' | 'UBER' | 'BCFKS'>();
    expectTypeOf<library.KeyStore>().toEqualTypeOf<KeyStore>();
    expectTypeOf<library.Entry>().toEqualTypeOf<
      PrivateKeyEntry | TrustedCertificateEntry | SecretKeyEntry | PublicKeyEntry
    >();
    expectTypeOf<library.PrivateKeyEntry>().toEqualTypeOf<PrivateKeyEntry>();
    expectTypeOf<library.TrustedCertificateEntry>().toEqualTypeOf<TrustedCertificateEntry>();
    expectTypeOf<library.SecretKeyEntry>().toEqualTypeOf<SecretKeyEntry>();
    expectTypeOf<library.PublicKeyEntry>().toEqualTypeOf<PublicKeyEntry>();
    expectTypeOf<library.PrivateKey>().toEqualTypeOf<{ readonly algorithm: string; readonly pkcs8: Uint8Array }>();
    expectTypeOf<library.Certificate>().toEqualTypeOf<Certificate>();
    expectTypeOf<library.CertificationPath>().toEqualTypeOf<CertificationPath>();
    expectTypeOf<CertificationPathOptions>().toExtend<library.CertificationPathOptions>();
    expectTypeOf<
      Pick<library.CertificationPathOptions, keyof CertificationPathOptions>
    >().toEqualTypeOf<CertificationPathOptions>();
    expectTypeOf<library.Finding>().toEqualTypeOf<Finding>();
    expectTypeOf<library.Warning>().toEqualTypeOf<{
      readonly code: library.WarningCode;
      readonly message: string;
      readonly alias?: string;
    }>();
  });

  test('fails with these errors', () => {
    expectTypeOf<OwnParts>().toEqualTypeOf<Errors>();
    expectTypeOf<library.ErrorCode>().toEqualTypeOf<Errors[keyof Errors]['code']>();
    expectTypeOf<library.Jks2PemError['code']>().toEqualTypeOf<library.ErrorCode>();
    const { Jks2PemError } = library;
    const classes = Object.entries(library).filter(([name]) => name.endsWith('Error') && name !== 'Jks2PemError');
    expect(classes).toHaveLength(17);
    for (const [name, errorClass] of classes)
      expect((errorClass as typeof Jks2PemError).prototype, name).toBeInstanceOf(Jks2PemError);
  });
});
