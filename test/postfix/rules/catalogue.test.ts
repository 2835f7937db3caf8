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

test('these rules keep their severity on services that only the own networks, or only this machine, reach', () => {
  const reaching = (audience: 'networks' | 'machine') =>
    catalogue.filter(({ audiences }) => audiences?.includes(audience)).map(({ id }) => id);
  expect(reaching('networks')).toEqual(['R01', 'R02', 'R03', 'R04', 'R10', 'S01', 'S05', 'S06', 'T13']);
  expect(reaching('machine')).toEqual(['R01', 'S01']);
  expect(catalogue.filter(({ audiences }) => audiences && !audiences.includes('internet'))).toEqual([]);
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
