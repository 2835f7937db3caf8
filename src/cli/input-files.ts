import { shellWord } from '../bytes/shell-word.js';
import { detectStoreType } from '../keystore/detect/detect.js';
import { defaultLimits, type Limits } from '../limits.js';
import { readCertificateFile } from '../pem/read-certificates.js';
import type { Certificate } from '../x509/certificate.js';
import { nodeRoots } from '../x509/roots.js';
import { parseTlsaRecord, type TlsaRecord } from '../x509/tlsa.js';
import { UsageError } from './command-errors.js';
import type { Host } from './host.js';

/** Reads the certificates of several files, in their order. */
export async function readCertificateFiles(paths: readonly string[], host: Host): Promise<Certificate[]> {
  const files: Certificate[][] = [];
  for (const path of paths) files.push(await readCertificates(path, host));
  return files.flat();
}

/**
 * Reads the certificates of a file.
 * @throws {UsageError} if the file is a keystore, which needs a password and may hold a key
 * @throws the errors of {@link readCertificateFile}
 */
export async function readCertificates(path: string, host: Host): Promise<Certificate[]> {
  const bytes = host.readFile(path);
  const type = detectStoreType(bytes);
  if (type !== undefined)
    throw new UsageError(
      `${path} is a keystore (${type}); a file with certificates is expected: PEM, DER or P7B`,
      `jks2pem ${shellWord(path)} --trusted -o ca.pem writes its trusted certificates as PEM`,
    );
  return readCertificateFile(bytes, path);
}

/** Returns the roots that clients trust: those of `--trust`, or else Node's built-in roots. */
export async function clientRoots(trust: readonly string[] | undefined, host: Host): Promise<Iterable<Certificate>> {
  return trust === undefined ? nodeRoots() : readCertificateFiles(trust, host);
}

/**
 * Reads a file. The size limit of keystores applies to it, whatever it contains.
 * @throws {InputError} if the file cannot be read
 * @throws {LimitExceededError} if the file is larger than the limit `fileBytes`
 */
export function readLimited(path: string, host: Host, limits?: Partial<Limits>): Uint8Array {
  return host.readFile(path, limits?.fileBytes ?? defaultLimits.fileBytes);
}

/**
 * Reads a keystore, and refuses other files before the user is asked for a password.
 * @throws the errors of {@link readLimited} and {@link requireKeystore}
 */
export async function readKeystoreFile(path: string, host: Host, limits?: Partial<Limits>): Promise<Uint8Array> {
  const bytes = readLimited(path, host, limits);
  await requireKeystore(path, bytes);
  return bytes;
}

/** @throws {StoreUnsupportedError} if the bytes are not a keystore; the message says what they are */
export async function requireKeystore(path: string, bytes: Uint8Array): Promise<void> {
  if (detectStoreType(bytes) !== undefined) return;
  const { explainNonKeystore } = await import('../keystore/detect/other-files.js');
  const error = explainNonKeystore(bytes);
  // The message describes the file, but does not name it.
  throw Object.assign(error, { message: `${path}: ${error.message}` });
}

/**
 * Reads the records of `--tlsa`. Each value is a record, or the path of a file with one record per line, as dig(1) prints them.
 * @throws {UsageError} if a value is neither
 */
export function readTlsaRecords(values: readonly string[], host: Host): TlsaRecord[] {
  return values.flatMap((value) => {
    const record = parseTlsaRecord(value);
    if (record) return [record];
    const hint = 'write "3 1 1 HEX", or the name of a file with such lines; jks2pem tlsa prints records';
    if (host.modeOf(value) === undefined)
      throw new UsageError(`--tlsa ${value}: not a TLSA record, and no such file`, hint);
    const text = Buffer.from(host.readFile(value)).toString('utf8');
    const lines = text.split('\n').filter((line) => /^\s*[^\s;]/.test(line));
    // A file without records, as dig(1) prints if it finds none, must not count as a passed check.
    if (lines.length === 0) throw new UsageError(`--tlsa ${value}: the file holds no record`, hint);
    return lines.map((line, i) => {
      const read = parseTlsaRecord(line);
      if (read === undefined) throw new UsageError(`--tlsa ${value}: record ${i + 1} is not a TLSA record`, hint);
      return read;
    });
  });
}
