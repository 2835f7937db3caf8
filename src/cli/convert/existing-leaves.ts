import { Jks2PemError } from '../../errors.js';
import { decodePem } from '../../pem/decode.js';
import type { Certificate } from '../../x509/certificate.js';
import { parseCertificate } from '../../x509/parse-certificate.js';
import type { Host } from '../host.js';
import type { WrittenFile } from './result-json.js';

/** Larger files are not PEM of ours: keys and chains take some kilobytes. */
const largestFile = 2 ** 20;

/** The leaves that stand in the first of the files that has a certificate: the first one, and each that follows a key. */
export function existingLeaves(files: readonly WrittenFile[], host: Host): Certificate[] {
  for (const { path } of files) {
    const leaves = leavesIn(path, host);
    if (leaves.length > 0) return leaves;
  }
  return [];
}

function leavesIn(path: string, host: Host): Certificate[] {
  const status = host.statusOf(path);
  if (status === undefined || !isSmallFile(status.mode, status.size)) return [];
  const text = host.readFile(path);
  try {
    const blocks = decodePem(text);
    return blocks.flatMap(({ label, der }, i) => {
      const isFirst = i === 0 || blocks[i - 1]?.label.endsWith('PRIVATE KEY');
      return label === 'CERTIFICATE' && isFirst ? [parseCertificate(der)] : [];
    });
  } catch (error) {
    // It is going to be replaced, whatever it is.
    if (error instanceof Jks2PemError) return [];
    throw error;
  } finally {
    text.fill(0);
  }
}

/** By the type bits of a mode (inode(7)). */
function isSmallFile(mode: number, size: number): boolean {
  return (mode & 0o170000) === 0o100000 && size <= largestFile;
}
