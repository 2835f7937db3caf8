import type { PrivateKey } from '../../crypto/key/private-key.js';
import type { ParsedCertificate } from '../../x509/parsed-certificate.js';
import type { SharedSite } from '../configuration/site.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import type { PostfixFile } from '../installation/installation.js';
import { type CertificateSource, certificateSources, filesOf } from './certificate-source.js';
import {
  describeUnreadable,
  isCertificateWithTrust,
  isKeyOrCertificate,
  type PemObject,
  readCertificateWithTrust,
  toPemObject,
} from './pem-object.js';
import { type PemScan, scanPem } from './pem-scan.js';

/** A file that a parameter names, with its keys and certificates. */
export interface BundleFile {
  readonly parameter: string;
  /** The path as the parameter gives it, which may be relative to the queue directory. */
  readonly path: string;
  readonly file: PostfixFile | undefined;
  readonly scan: PemScan | undefined;
  readonly objects: readonly PemObject[];
}

/** A key and the certificates that Postfix sends with it. */
export interface ServedKey {
  readonly key: PrivateKey | undefined;
  readonly certificates: readonly ParsedCertificate[];
}

/** The keys and certificates that a service reads from one source. */
export interface ConfiguredChain {
  readonly source: CertificateSource;
  /** The program that reads the files: see {@link readerOf}. */
  readonly reader: PemReader;
  readonly files: readonly BundleFile[];
  /** The keys with their certificates, even if Postfix does not accept their order. */
  readonly groups: readonly ServedKey[];
}

/**
 * Returns the configured chains of a service, one for each certificate source. A service without TLS has no chains. A source is omitted if
 * a proposed change rebuilds one of its files from the keystore, because the old content of that file must not be examined.
 */
export function configuredChains(service: SmtpdService): ConfiguredChain[] {
  if (!service.speaksTls) return [];
  return certificateSources(service).flatMap((source) => {
    const named = filesOf(source);
    if (named.some(([, path]) => service.site.isRebuilt(path))) return [];
    const reader = readerOf(service.site, source.style === 'chain' || named.length === 1);
    const files = named.map(([parameter, path]) => readBundle(service, parameter, path, reader));
    return [{ source, reader, files, groups: source.style === 'chain' ? chainGroups(files) : legacyGroups(files) }];
  });
}

/**
 * Describes why Postfix cannot read a file of a chain: the fault of its PEM, or the block that it cannot load. Undefined if it can read the
 * file, or if the file is missing.
 */
export function faultOf(chain: ConfiguredChain, file: BundleFile): string | undefined {
  if (file.scan?.fault !== undefined) return file.scan.fault;
  const position = file.objects.findIndex(isFaultyIn(chain, file));
  return position < 0 ? undefined : describeFault(position, file.objects[position] as PemObject);
}

/**
 * Returns a function that checks whether a block of a file prevents its chain from being loaded. All keys of smtpd_tls_chain_files are
 * loaded, but only the first key of the older parameters. Postfix allows no bytes after a certificate in its block (tls_certkey.c).
 */
function isFaultyIn(
  { source, reader, files: [certificateFile, keyFile = certificateFile] }: ConfiguredChain,
  file: BundleFile,
) {
  const isChain = source.style === 'chain';
  const firstKey = file.objects.find((object) => isKey(object) || (object.kind === 'unreadable' && object.isKey));
  return (object: PemObject) => {
    if (object.kind === 'certificate') return reader === 'postfix' && object.certificate.trailingBytes > 0;
    if (object.kind !== 'unreadable') return false;
    if (isChain) return true;
    return object.isKey ? file === keyFile && object === firstKey : file === certificateFile;
  };
}

function describeFault(position: number, object: PemObject): string {
  if (object.kind !== 'certificate') return describeUnreadable(object as PemObject & { kind: 'unreadable' }, position);
  const { trailingBytes } = object.certificate;
  const bytes = trailingBytes === 1 ? 'byte' : 'bytes';
  return `in block ${position + 1} (CERTIFICATE), the certificate is followed by ${trailingBytes} more ${bytes}`;
}

/** The program that reads the PEM files of a source: Postfix itself, or OpenSSL. */
type PemReader = 'postfix' | 'openssl';

/**
 * Since 3.4, Postfix itself reads smtpd_tls_chain_files and smtp_tls_chain_files, and the older parameters if one file contains both key
 * and certificates (tls_certkey.c). Otherwise OpenSSL reads them (SSL_CTX_use_certificate_chain_file and SSL_CTX_use_PrivateKey_file).
 * @param isChainOrOneFile whether the files are those of a parameter `…_chain_files`, or the older parameters name only one file
 */
export function readerOf({ version }: Pick<SharedSite, 'version'>, isChainOrOneFile: boolean): PemReader {
  return version.isAtLeast(3, 4) && isChainOrOneFile ? 'postfix' : 'openssl';
}

/** Returns the file of a chain that contains this certificate; undefined if there is none. */
export function fileWith(
  { files }: ConfiguredChain,
  certificate: ParsedCertificate | undefined,
): BundleFile | undefined {
  return files.find(({ objects }) =>
    objects.some((object) => object.kind === 'certificate' && object.certificate === certificate),
  );
}

/**
 * Returns the certificates from which the chain for clients is built. If there is only the server certificate, these include all of
 * smtpd_tls_CAfile, because OpenSSL then takes the issuers from that file (SSL_CTX_set_mode(3), SSL_MODE_NO_AUTO_CHAIN, which Postfix does
 * not set).
 */
export function completedFromAuthorities(
  service: SmtpdService,
  certificates: readonly ParsedCertificate[],
): readonly ParsedCertificate[] {
  const path = service.settings.value('smtpd_tls_CAfile');
  const file = certificates.length === 1 && path !== '' ? service.file(path) : undefined;
  if (file === undefined) return certificates;
  return [...certificates, ...certificatesOf(service.site.derive(file, readPemObjects))];
}

/** Reads the PEM blocks of a file as Postfix does. */
export function readPemObjects(bytes: Uint8Array): readonly PemObject[] {
  return scanPem(bytes).blocks.map(toPemObject);
}

/** Reads the PEM blocks of a file as OpenSSL does, which accepts trust settings in the first certificate. */
function readPemObjectsOfOpenssl(bytes: Uint8Array): readonly PemObject[] {
  const { blocks } = scanPem(bytes);
  const first = blocks.find(isCertificateWithTrust);
  return blocks.map((block) => (block === first ? readCertificateWithTrust(block) : toPemObject(block)));
}

/** The functions that read the PEM blocks of a file as these programs do. */
export const objectReaders: Readonly<Record<PemReader, (bytes: Uint8Array) => readonly PemObject[]>> = {
  postfix: readPemObjects,
  openssl: readPemObjectsOfOpenssl,
};

function readBundle(service: SmtpdService, parameter: string, path: string, reader: PemReader): BundleFile {
  // Relative paths begin at the queue directory, because it is the working directory of smtpd.
  const file = service.file(path.startsWith('/') ? path : `${service.settings.value('queue_directory')}/${path}`);
  const scan = file === undefined ? undefined : service.site.derive(file, scanPem);
  return {
    parameter,
    path,
    file,
    scan,
    objects: file === undefined ? [] : service.site.derive(file, objectReaders[reader]),
  };
}

/**
 * Assigns to each key the certificates that follow it. If a certificate precedes the first key, all certificates are assigned to the first
 * key.
 */
function chainGroups(files: readonly BundleFile[]): ServedKey[] {
  const objects = files.flatMap((file) => file.objects);
  if (objects.find(isKeyOrCertificate)?.kind === 'certificate')
    return [{ key: objects.find(isKey)?.key, certificates: certificatesOf(objects) }];
  const groups: { key: PrivateKey | undefined; certificates: ParsedCertificate[] }[] = [];
  for (const object of objects) {
    if (object.kind === 'key') groups.push({ key: object.key, certificates: [] });
    else if (object.kind === 'certificate') groups.at(-1)?.certificates.push(object.certificate);
  }
  return groups.filter(({ certificates }) => certificates.length > 0);
}

/** Returns the first key, with all certificates as one chain. */
function legacyGroups([certificateFile, keyFile = certificateFile]: readonly BundleFile[]): ServedKey[] {
  const certificates = certificatesOf(certificateFile?.objects ?? []);
  const key = keyFile?.objects.find(isKey)?.key;
  return certificates.length === 0 ? [] : [{ key, certificates }];
}

function certificatesOf(objects: readonly PemObject[]): ParsedCertificate[] {
  return objects.flatMap((object) => (object.kind === 'certificate' ? [object.certificate] : []));
}

function isKey(object: PemObject): object is PemObject & { kind: 'key' } {
  return object.kind === 'key';
}
