import { describe, expect, test } from 'vitest';
import { certificatesOfSignedData } from '../../page/signed-data.js';
import { MalformedError } from '../../src/errors.js';
import { certificatesOfSignedData as certificatesByPkijs } from '../../src/pem/cms.js';
import { decodePem } from '../../src/pem/decode.js';
import { fixture } from '../fixtures.js';

const signedData = decodePem(fixture('story/intermed.p7b'))[0]?.der ?? new Uint8Array();

test('the page reads the same certificates of a P7B file as the library', () => {
  const certificates = certificatesOfSignedData(signedData, 'file');
  expect(certificates).toHaveLength(2);
  expect(certificates).toEqual(certificatesByPkijs(signedData, 'file'));
});

describe('what is no P7B file is refused', () => {
  test.each([
    ['a file that is cut off', signedData.slice(0, -9)],
    ['content without an end', Uint8Array.from(Buffer.from('300b06092a864886f70d010702', 'hex'))],
    ['other content', Uint8Array.from(Buffer.from('300d06092a864886f70d010701a000', 'hex'))],
    ['a certificate', fixture('story/intermed.der')],
  ])('%s', (_, bytes) => expect(() => certificatesOfSignedData(bytes, 'file')).toThrow(MalformedError));
});
