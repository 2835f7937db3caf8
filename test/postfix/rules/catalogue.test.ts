import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../../src/postfix/rules/catalogue.js';
import { doctorDocument } from './doctor-document.js';

test('docs/doctor.md lists the rules as they are: npm run docs:doctor', () => {
  expect(readFileSync(new URL('../../../docs/doctor.md', import.meta.url), 'utf8')).toBe(doctorDocument());
});

test('every rule has an identifier of its own', () => {
  const ids = catalogue.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

describe.each(catalogue)('$id', ({ id, what, why, document }) => {
  test('says what, why and where Postfix documents it', () => {
    expect(id).toMatch(/^[TAPNSROM]\d\d$/);
    expect(what).toMatch(/^[A-Za-z].*[^.]$/);
    expect(why).toMatch(/\.$/);
    expect(document).toMatch(/_README|postconf\(|master\(5\)|\(8\)/);
  });

  test('is in plain English', () => {
    expect(`${what} ${why}`).not.toMatch(/\b(somebody|whoever|is none|is told|mends|at hand|he|passphrase|folder)\b/);
  });
});
