import { expect, test } from 'vitest';
import { hostNameList, timeLeft, validityNote } from '../../src/cli/certificate-text.js';
import { drawGraph } from '../../src/cli/list/mermaid-and-dot.js';
import { plain, spansOf } from '../../src/cli/terminal/text.js';
import type { Certificate } from '../../src/x509/certificate.js';
import { certificateName } from '../../src/x509/display-name.js';

const now = new Date('2026-12-01T00:00:00Z');
const certificate = (fields: Partial<Certificate>): Certificate =>
  ({
    subject: 'CN=a',
    subjectAltNames: [],
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2027-12-01T12:00:00Z'),
    sha256: '00'.repeat(32),
    ...fields,
  }) as Certificate;

test.each<[Partial<Certificate>, string]>([
  [{}, 'CN=a'],
  [{ subject: '', subjectAltNames: [{ type: 'dns', value: 'mail.example.com' }] }, 'DNS:mail.example.com'],
  [{ subject: '', subjectAltNames: [{ type: 'ip', value: '192.0.2.1' }] }, 'ip:192.0.2.1'],
  [{ subject: '' }, '(no name)'],
])('%j is shown as %s', (fields, name) => expect(certificateName(certificate(fields))).toBe(name));

test('names are those of hosts, twenty at most', () => {
  expect(hostNameList(certificate({}))).toBeUndefined();
  expect(hostNameList(certificate({ subjectAltNames: [{ type: 'email', value: 'a@b' }] }))).toBeUndefined();
  const many = Array.from({ length: 7_000 }, (_, i) => ({ type: 'dns' as const, value: `h${i}` }));
  expect(hostNameList(certificate({ subjectAltNames: many }))).toMatch(/^h0, .*, h19, … 6,980 more$/);
});

test.each<[string, string, string | undefined, string]>([
  ['2027-12-01T12:00:00Z', '365 days left', undefined, ''],
  ['2026-12-22T00:00:00Z', '21 days left', undefined, ''],
  ['2026-12-21T23:59:59Z', '20 days left', 'warning', '  (20 days left)'],
  ['2026-12-02T00:00:00Z', '1 day left', 'warning', '  (1 day left)'],
  ['2026-11-30T23:59:59Z', 'EXPIRED 0 days ago', 'error', '  (EXPIRED 0 days ago)'],
  ['2026-11-21T00:00:00Z', 'EXPIRED 10 days ago', 'error', '  (EXPIRED 10 days ago)'],
])('valid until %s: %s', (end, text, look, note) => {
  const ending = certificate({ notAfter: new Date(end) });
  expect(spansOf(timeLeft(ending, now))).toEqual([{ look, text }]);
  expect(plain(validityNote(ending, now))).toBe(note);
});

test('no text of a certificate begins a directive of Mermaid', () => {
  const node = {
    certificate: certificate({ subject: 'CN=%%{init: {"theme":"x"}}%%' }),
    role: 'leaf' as const,
    anchor: false,
    stored: true,
    issuers: [],
    sameKey: [],
  };
  const drawn = drawGraph({ nodes: [node], complete: true }, 'mermaid', new Map([[node.certificate.sha256, ['%%{a']]]));
  expect(drawn).not.toContain('%%');
  expect(drawn).toContain('#37;#37;{init');
});
