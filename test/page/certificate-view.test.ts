import { expect, test } from 'vitest';
import { viewCertificate } from '../../page/certificate-view.js';
import { ext, generalName, leafOf, now, party } from '../x509/certificate-maker.js';

test.each([1, 100, 101, 250])('of %i names, the first hundred are in the view, and their number', (count) => {
  const hosts = Array.from({ length: count }, (_, i) => `h${i + 1}.example.com`);
  const certificate = leafOf(party('CA'), { extensions: [ext.subjectAltName(...hosts.map(generalName.dns))] });
  expect(viewCertificate(certificate, now)).toMatchObject({ names: hosts.slice(0, 100), nameCount: count });
});
