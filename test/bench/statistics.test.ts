import { expect, test } from 'vitest';
import { median, pairRatios, quantile, spread } from './statistics.js';

test('the median is in the middle, whatever the order', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 1, 4, 2])).toBe(3);
  expect(median([7])).toBe(7);
});

test('numbers are compared as numbers', () => expect(median([100, 9, 20])).toBe(20));

test('quantiles lie between their neighbours, as in R', () => {
  expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
  expect(quantile([1, 2, 3, 4], 0)).toBe(1);
  expect(quantile([1, 2, 3, 4], 1)).toBe(4);
});

test('the spread is the half in the middle', () => {
  expect(spread([5, 1, 2, 4, 3])).toEqual({ median: 3, low: 2, high: 4 });
});

test('nothing has no median', () => expect(() => median([])).toThrow(RangeError));

test('the numbers given are left as they are', () => {
  const numbers = [3, 1, 2];
  spread(numbers);
  expect(numbers).toEqual([3, 1, 2]);
});

test('ratios are those of one round, so that a slow round is slow for both', () => {
  expect(pairRatios([2, 20, 3], [1, 10, 2])).toEqual([2, 2, 1.5]);
  expect(() => pairRatios([1, 2], [1])).toThrow(RangeError);
});
