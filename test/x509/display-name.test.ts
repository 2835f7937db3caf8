import { expect, test } from 'vitest';
import { certificateName, hostNamesOf, quotedCertificate } from '../../src/x509/display-name.js';
import { ext, generalName, leafOf, party } from './certificate-maker.js';

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

test('a long name is shown by its beginning', () => {
  const long = 'x'.repeat(5_000);
  for (const certificate of [of(`CN=${long}`), of('', { type: 'dns', value: long })]) {
    const name = certificateName(certificate);
    expect(name).toMatch(/^(?:CN=|DNS:)x+…$/);
    expect(name).toHaveLength(300);
    expect(quotedCertificate(certificate)).toBe(`"${name.slice(0, 255)}…"`);
  }
});

test('host names are DNS names and addresses, in their order', () => {
  const names = [
    generalName.dns('a.example'),
    generalName.email('x@a.example'),
    generalName.ip(192, 0, 2, 1),
    generalName.ip(0x20, 1, 0xd, 0xb8, ...new Array(11).fill(0), 1),
    generalName.ip(...new Array(16).fill(0)),
    generalName.ip(...new Array(14).fill(0), 1, 0),
  ];
  const leaf = leafOf(party('CA'), { extensions: [ext.subjectAltName(...names)] });
  expect(hostNamesOf(leaf)).toEqual(['a.example', '192.0.2.1', '2001:db8::1', '::', '::100']);
});
