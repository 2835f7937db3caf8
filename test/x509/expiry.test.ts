import { expect, test } from 'vitest';
import { countDays, daysLeft, expiresSoon, isoDay } from '../../src/x509/expiry.js';

const day = 86_400_000;
const end = new Date('2026-12-31T12:00:00Z');
const certificate = (lifetimeDays: number) => ({
  notBefore: new Date(end.getTime() - lifetimeDays * day),
  notAfter: end,
});
const before = (milliseconds: number) => new Date(end.getTime() - milliseconds);

test.each([
  ['a year: 21 days', 365, 21 * day],
  ['30 years: 21 days', 10_950, 21 * day],
  ['90 days: 21 days, a little under a quarter', 90, 21 * day],
  ['84 days: both rules meet', 84, 21 * day],
  ['40 days: a quarter', 40, 10 * day],
  ['six days, as Let’s Encrypt issues them: a quarter', 6, 1.5 * day],
])('%s before the end', (_, lifetime, notice) => {
  expect(expiresSoon(certificate(lifetime), before(notice))).toBe(false);
  expect(expiresSoon(certificate(lifetime), before(notice - 1))).toBe(true);
});

test('a renewal with a third left never comes after the warning', () => {
  for (const lifetime of [6, 40, 90, 365]) {
    expect(expiresSoon(certificate(lifetime), before((lifetime / 3) * day))).toBe(false);
  }
});

test('days that are given go before the rule', () => {
  expect(expiresSoon(certificate(365), before(60 * day), 60)).toBe(false);
  expect(expiresSoon(certificate(365), before(60 * day - 1), 60)).toBe(true);
  expect(expiresSoon(certificate(365), before(1), 0)).toBe(false);
});

test('what has expired does not expire soon', () => {
  expect(expiresSoon(certificate(365), before(0))).toBe(true);
  expect(expiresSoon(certificate(365), before(-1))).toBe(false);
});

test('days are whole, and negative after the end', () => {
  expect([2 * day, day, day - 1, 0, -1].map((left) => daysLeft({ notAfter: end }, before(left)))).toEqual([
    2, 1, 0, 0, -1,
  ]);
  expect([1, 0, 1_500].map(countDays)).toEqual(['1 day', '0 days', '1500 days']);
  expect(isoDay(end)).toBe('2026-12-31');
});
