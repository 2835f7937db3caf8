import { ByteReader } from '../../bytes/byte-reader.js';
import { wipe, wipingOnError } from '../../bytes/wipe.js';
import { twofishBlockLength } from '../../crypto/cipher/twofish.js';
import { digest, equalInConstantTime } from '../../crypto/hash/digest.js';
import { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { decryptUber, unsealingHashes } from '../../crypto/pbe/bouncy-castle-pbe.js';
import { PassphraseRequiredError, StoreIntegrityError } from '../../errors.js';
import { wrongPassword } from '../entry/messages.js';
import type { StoreContents, StoreReader } from '../reader.js';
import { BksEntries } from './entries.js';
import { BksRecordReader } from './entry-records.js';
import { readBksHeader } from './header.js';

/** SHA-1 of the entries, encrypted with them. */
const digestLength = 20;

/**
 * Bouncy Castle's BKS with everything behind the header encrypted (BcKeyStoreSpi.BouncyCastleStore): Twofish-256-CBC over the
 * entries and their digest. Nothing can be read without the password.
 */
export const readUber: StoreReader = async (bytes, options) => {
  const { storePass, limits } = options;
  const reader = new ByteReader(bytes, () => 'UBER store');
  const header = readBksHeader(reader, 'UBER', limits);
  const at = reader.offset;
  const ciphertext = reader.take(reader.left, 'encrypted entries');
  if (ciphertext.length === 0 || ciphertext.length % twofishBlockLength !== 0) {
    throw reader.malformed(`encrypted entries: ${ciphertext.length} bytes are no whole number of blocks`, at);
  }
  if (storePass === undefined)
    throw new PassphraseRequiredError('UBER store: nothing in it can be read without its password');
  const { iterations } = header;
  new IterationBudget(limits).spend({ iterations, hashes: unsealingHashes(iterations) }, 'UBER store');
  const plain = decryptUber(ciphertext, storePass, header);
  const content = plain?.subarray(0, -digestLength);
  // The digest has no key of its own; that it comes out right after decryption is what proves the password.
  if (!plain || !content || !equalInConstantTime(digest('sha1', content), plain.subarray(-digestLength))) {
    wipe(plain);
    throw new StoreIntegrityError(wrongPassword);
  }
  return wipingOnError([plain], () => {
    const frame = new BksRecordReader(content, 'UBER store, decrypted', limits);
    const records = frame.readAll();
    if (frame.reader.left > 0) throw frame.reader.malformed(`${frame.reader.left} bytes after the last entry`);
    const contents: StoreContents = {
      type: 'UBER',
      version: header.version,
      integrity: 'verified',
      ...new BksEntries(options).read(records),
    };
    return contents;
  });
};
