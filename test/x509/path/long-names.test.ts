import { expect, test } from 'vitest';
import { expiryWarnings } from '../../../src/convert/expiry-warnings.js';
import { Jks2PemError } from '../../../src/errors.js';
import { toCertificateFile } from '../../../src/pem/encode-certificates.js';
import { examinePem } from '../../../src/pem/examine-pem.js';
import { buildCertificationPath, examineCertificationPath } from '../../../src/x509/path/build-certification-path.js';
import { certify, ext, generalName, leafOf, now, party, root } from '../certificate-maker.js';

const long = 'x'.repeat(100_000);
const top = party(`Top ${long}`);
const ca = party(`CA ${long}`);
const stranger = party(`Stranger ${long}`);
const leaf = leafOf(ca, { host: `${long}.example`, more: [ext.caIssuers(`http://ca.example/${long}`)] });
const constraints = ext.nameConstraints([generalName.dns('example.com')]);

/** Room for two names, a URL and the words around them. */
const longest = 1_500;

test.each([
  ['a missing issuer', []],
  ['a missing root', [certify(ca, top)]],
  ['an expired issuer', [certify(ca, top, { to: '2025-01-01' })]],
  ['another key', [certify(party(ca.name), top)]],
  ['a violated constraint', [certify(ca, top, { more: [constraints] })]],
  ['an unreadable constraint', [certify(ca, top, { more: [ext.nameConstraints([generalName.dns(`*.${long}`)])] })]],
  ['a stranger', [certify(stranger, top)]],
])('messages about %s stay short, however long the names are', (_, candidates) => {
  for (const preference of ['compatible', 'shortest', 'stored'] as const) {
    const path = examineCertificationPath(leaf, { now, candidates, preference, trustAnchors: [root(party('Other'))] });
    const texts = [...path.problems.map(({ message }) => message), ...path.rejected.map(({ reason }) => reason)];
    texts.push(path.missingIssuer?.reason ?? '', failure(candidates, preference));
    for (const text of texts) expect(text.length).toBeLessThan(longest);
    expect(texts.join()).toContain('xxx…');
  }
});

test('so do those about what expires soon, and about an installed file', () => {
  const ending = leafOf(ca, { host: long, to: new Date(now.getTime() + 86_400_000).toISOString() });
  const file = toCertificateFile([ending, ...[1, 2, 3].map(() => certify(stranger, top))]);
  const findings = examinePem(file, { now, hostNames: ['mail.example'] }).findings;
  const messages = [...expiryWarnings([ending], { now }), ...findings].map(({ message }) => message);
  for (const message of messages) expect(message.length).toBeLessThan(longest);
  expect(messages.filter((message) => message.includes('xxx…"')).length).toBeGreaterThan(1);
});

function failure(candidates: ReturnType<typeof certify>[], preference: 'compatible' | 'shortest' | 'stored'): string {
  try {
    buildCertificationPath(leaf, { now, candidates, preference, trustAnchors: [root(party('Other'))] });
    return '';
  } catch (error) {
    if (error instanceof Jks2PemError) return error.message;
    throw error;
  }
}
