import { expect, test } from 'vitest';
import { certificateName, quotedCertificate } from '../../src/x509/display-name.js';

const of = (subject: string, ...subjectAltNames: readonly { type: 'dns' | 'ip' | 'email'; value: string }[]) =>
  ({ subject, subjectAltNames }) as Parameters<typeof certificateName>[0];
const [dns, ip] = [
  { type: 'dns', value: 'a.example.com' },
  { type: 'ip', value: '192.0.2.1' },
] as const;

test.each([
  ['CN=a', of('CN=a', dns)],
  ['DNS:a.example.com', of('', dns, ip)],
  ['ip:192.0.2.1', of('', ip, dns)],
  ['(no name)', of('')],
])('a certificate is called %s', (name, certificate) => {
  expect(certificateName(certificate)).toBe(name);
  expect(quotedCertificate(certificate)).toBe(`"${name}"`);
});
