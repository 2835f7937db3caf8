import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/cli/command-errors.js';
import { existingLeaves } from '../../../src/cli/convert/existing-leaves.js';
import type { Host } from '../../../src/cli/host.js';
import { encodePem } from '../../../src/pem/encode.js';
import { leafOf, party } from '../../x509/certificate-maker.js';

const ca = party('CA');
const [one, two, issuer] = ['one', 'two', 'issuer'].map((host) => leafOf(ca, { host }));
if (!(one && two && issuer)) throw new Error('they were made');
const pem = (...blocks: readonly (typeof one | string)[]) =>
  Buffer.concat(
    blocks.map((block) =>
      typeof block === 'string' ? encodePem(block, Uint8Array.of(0x30, 0)) : encodePem('CERTIFICATE', block.der),
    ),
  );

const file = 0o100_600;
interface File {
  readonly content: Uint8Array;
  readonly mode?: number;
  readonly size?: number;
}
function leaves(...files: readonly File[]) {
  const read: Uint8Array[] = [];
  const host = {
    statusOf: (path: string) => {
      const found = files[Number(path)];
      return found && { mode: file, size: found.content.length, ...found };
    },
    readFile: (path: string) => {
      const bytes = files[Number(path)]?.content;
      if (bytes === undefined) throw new InputError('not there');
      read.push(bytes);
      return bytes;
    },
  } as unknown as Host;
  const paths = [...files.keys(), files.length].map((i) => ({ path: String(i), changed: true }));
  const found = existingLeaves(paths, host).map(({ subject }) => subject);
  return { found, read };
}

describe('the leaves of an existing file', () => {
  test.each<[string, Uint8Array, string[]]>([
    ['a bundle', pem('PRIVATE KEY', one, issuer), ['CN=one']],
    [
      'a key for each of two chains',
      pem('RSA PRIVATE KEY', one, issuer, 'EC PRIVATE KEY', two, issuer),
      ['CN=one', 'CN=two'],
    ],
    ['a chain without a key', pem(one, issuer), ['CN=one']],
    ['a key alone', pem('PRIVATE KEY'), []],
    ['a key at the end', pem(one, issuer, 'PRIVATE KEY'), ['CN=one']],
    ['another block first', pem('DH PARAMETERS', one), []],
    ['text', Buffer.from('text'), []],
    ['a certificate that is none', pem('CERTIFICATE'), []],
  ])('are those of %s', (_, content, subjects) => expect(leaves({ content }).found).toEqual(subjects));

  test('are those of the first file that has one', () => {
    expect(leaves({ content: pem('PRIVATE KEY') }, { content: pem(two) }, { content: pem(one) }).found).toEqual([
      'CN=two',
    ]);
    expect(leaves().found).toEqual([]);
  });

  test('are wiped from memory with the key beside them, also if the file is damaged', () => {
    for (const content of [pem('PRIVATE KEY', one), Buffer.from('-----BEGIN PRIVATE KEY-----\n')]) {
      const { read } = leaves({ content });
      expect(read.map((bytes) => bytes.every((byte) => byte === 0))).toEqual([true]);
    }
  });

  test.each<[string, Partial<File>, boolean]>([
    ['of a megabyte', { size: 2 ** 20 }, true],
    ['of more than a megabyte', { size: 2 ** 20 + 1 }, false],
    ['that is a pipe', { mode: 0o010_600 }, false],
    ['that is a device', { mode: 0o020_600 }, false],
    ['that is a directory', { mode: 0o040_700 }, false],
  ])('a file %s is read: %s', (_, status, isRead) =>
    expect(leaves({ content: pem(one), ...status }).read).toHaveLength(isRead ? 1 : 0),
  );
});
