import { isRegularFile } from '../../bytes/file-mode.js';
import { Jks2PemError } from '../../errors.js';
import { decodePem } from '../../pem/decode.js';
import type { Certificate } from '../../x509/certificate.js';
import { parseCertificate } from '../../x509/parse-certificate.js';
import type { Host } from '../host.js';
import type { WrittenFile } from './result-json.js';

/** Maximum size in bytes of a file that is read. Keys and chains have a few kilobytes. */
const largestFile = 2 ** 20;

/**
 * Returns the leaves in the first of the files that contains a leaf. A certificate counts as a leaf if it is the first block of the file,
 * or if it follows a private key.
 */
export function existingLeaves(files: readonly WrittenFile[], host: Host): Certificate[] {
  for (const { path } of files) {
    const leaves = leavesIn(path, host);
    if (leaves.length > 0) return leaves;
  }
  return [];
}

function leavesIn(path: string, host: Host): Certificate[] {
  const status = host.statusOf(path);
  if (status === undefined || !isRegularFile(status.mode) || status.size > largestFile) return [];
  const text = host.readFile(path);
  try {
    const blocks = decodePem(text);
    return blocks.flatMap(({ label, der }, i) => {
      const isFirst = i === 0 || blocks[i - 1]?.label.endsWith('PRIVATE KEY');
      return label === 'CERTIFICATE' && isFirst ? [parseCertificate(der)] : [];
    });
  } catch (error) {
    // The file is not valid PEM, so there is no old certificate to report.
    if (error instanceof Jks2PemError) return [];
    throw error;
  } finally {
    text.fill(0);
  }
}
