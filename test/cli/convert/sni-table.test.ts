import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { sniTable } from '../../../src/cli/convert/sni-table.js';
import type { Certificate } from '../../../src/x509/certificate.js';
import { ext, generalName, leafOf, party } from '../../x509/certificate-maker.js';

const ca = party('CA');
const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const leaf = (names: readonly string[], { to = '2028-01-01', isRsa = false } = {}) =>
  leafOf(ca, {
    to,
    ...(isRsa && { key: rsa }),
    extensions: [ext.subjectAltName(...names.map((name) => generalName.dns(name)))],
  });
const table = (...bundles: readonly (readonly [string, ...Certificate[]])[]) =>
  sniTable(bundles.map(([path, ...leaves]) => ({ path, leaves })));

describe('the table for tls_server_sni_maps', () => {
  test('has a sorted line for each name in lower case, with absolute paths; a wildcard becomes a leading dot', () => {
    expect(
      table(['/b.pem', leaf(['Mail.Example.com', '*.example.org'])], ['/a.pem', leaf(['web.example.com'])]),
    ).toEqual({
      text: '.example.org /b.pem\nmail.example.com /b.pem\nweb.example.com /a.pem\n',
      warnings: [],
    });
    expect(table(['a.pem', leaf(['a.example'])]).text).toBe(`a.example ${process.cwd()}/a.pem\n`);
  });

  test('has all bundles of a name if their keys have different algorithms', () => {
    expect(table(['/b.pem', leaf(['a.example'])], ['/a.pem', leaf(['a.example'], { isRsa: true })])).toEqual({
      text: 'a.example /a.pem, /b.pem\n',
      warnings: [],
    });
  });

  test('has the bundle that ends last among those of one algorithm, whatever their order', () => {
    const early = ['/early.pem', leaf(['a.example'], { to: '2027-01-01' })] as const;
    const late = ['/late.pem', leaf(['a.example', 'b.example'], { to: '2029-01-01' })] as const;
    const expected = {
      text: 'a.example /late.pem\nb.example /late.pem\n',
      warnings: [
        {
          code: 'WARN_SNI_NAME_TAKEN',
          message:
            'a.example: /late.pem is used, valid until 2029-01-01; /early.pem has a key of the same algorithm and does not expire later',
        },
      ],
    };
    expect([table(early, late), table(late, early)]).toEqual([expected, expected]);
  });

  test('has the first path among bundles that end at the same time', () => {
    const [a, b] = [leaf(['a.example']), leaf(['a.example'])];
    for (const { text, warnings } of [table(['/b.pem', b], ['/a.pem', a]), table(['/a.pem', a], ['/b.pem', b])]) {
      expect(text).toBe('a.example /a.pem\n');
      expect(warnings).toHaveLength(1);
    }
  });

  test('takes the earliest end of the keys of a bundle', () => {
    const both = [leaf(['a.example'], { to: '2030-01-01' }), leaf(['a.example'], { to: '2026-01-01', isRsa: true })];
    const one = leaf(['a.example'], { to: '2028-01-01' });
    expect(table(['/both.pem', ...both], ['/one.pem', one]).text).toBe('a.example /one.pem\n');
  });
});
