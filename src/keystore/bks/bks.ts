import { equalInConstantTime } from '../../crypto/hash/digest.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { pkcs12Hashes } from '../../crypto/kdf/pkcs12-kdf.js';
import { bksMac } from '../../crypto/pbe/bouncy-castle-pbe.js';
import { Jks2PemError, StoreIntegrityError } from '../../errors.js';
import type { Warning } from '../../warnings.js';
import { wrongPassword } from '../entry/messages.js';
import type { ReaderOptions, StoreContents, StoreReader } from '../reader.js';
import { BksEntries } from './entries.js';
import { type BksRecord, BksRecordReader } from './entry-records.js';
import { type BksHeader, readBksHeader } from './header.js';
import { openSealedBksKey, readSealedBksKey } from './sealed-key.js';

/** HMAC-SHA-1. */
const macLength = 20;
/** Before version 2 BcKeyStoreSpi derived as many bits as it should have derived bytes (CVE-2018-5382). */
const weakKeyLength = 2;

/**
 * Bouncy Castle's own format, versions 0, 1 and 2 (org.bouncycastle.jcajce.provider.keystore.bc.BcKeyStoreSpi): entries in the
 * clear, some with a key sealed inside, and a MAC over them. Without a password everything can be read but sealed keys.
 */
export const readBks: StoreReader = async (bytes, options) => {
  const frame = new BksRecordReader(bytes, 'BKS store', options.limits);
  const { reader } = frame;
  const header = readBksHeader(reader, 'BKS', options.limits);
  const start = reader.offset;
  const records = frame.readAll();
  const content = bytes.subarray(start, reader.offset);
  const mac = reader.take(macLength, 'MAC');
  const warnings = checkMac(content, mac, header, records, options);
  if (reader.left > 0) {
    const message = `${reader.left} bytes after the end of the store were left out`;
    warnings.push({ code: 'WARN_TRAILING_BYTES', message });
  }
  const read = new BksEntries(options).read(records);
  const contents: StoreContents = {
    type: 'BKS',
    version: header.version,
    integrity: options.storePass === undefined ? 'not-checked' : 'verified',
    ...read,
    warnings: [...warnings, ...read.warnings],
  };
  return contents;
};

/** Compares the MAC with the password's; what is worth knowing about a MAC that fits is given back. */
function checkMac(
  content: Uint8Array,
  stored: Uint8Array,
  header: BksHeader,
  records: readonly BksRecord[],
  options: ReaderOptions,
): Warning[] {
  const { storePass, limits } = options;
  const { version, iterations } = header;
  if (storePass === undefined) return [];
  const weak = version < 2;
  const keyLength = weak ? weakKeyLength : macLength;
  new IterationBudget(limits).spend({ iterations, hashes: pkcs12Hashes('sha1', iterations, keyLength) }, 'BKS store');
  const computed = bksMac(content, storePass, header, keyLength);
  if (!equalInConstantTime(computed, stored)) {
    throw new StoreIntegrityError(
      opensSealedKey(storePass, records, options)
        ? 'the password opens a key of the store, but the MAC differs: the file was changed after it was written, or the store has another password'
        : wrongPassword,
    );
  }
  if (!weak) return [];
  const message = `BKS version ${version} is checked by a key of 16 bits only: the file may have been changed all the same, and a wrong password is taken for the right one once in 65536 times`;
  return [{ code: 'WARN_INTEGRITY_WEAK', message }];
}

/** One sealed key is enough of a sample. */
function opensSealedKey(password: string, records: readonly BksRecord[], { limits }: ReaderOptions): boolean {
  for (const { content, path } of records) {
    if (content.kind !== 'sealed') continue;
    try {
      const key = openSealedBksKey(readSealedBksKey(content.blob, path, limits), password);
      key?.encoded.fill(0);
      return key !== undefined;
    } catch (error) {
      if (error instanceof Jks2PemError) return false;
      throw error;
    }
  }
  return false;
}
