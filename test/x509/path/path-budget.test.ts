import { expect, test } from 'vitest';
import { withDefaults } from '../../../src/limits.js';
import { ifAffordable, PathBudget } from '../../../src/x509/path/path-budget.js';

test.each(['pathSignatures', 'pathNodes', 'nameComparisons'] as const)('%s up to the limit are allowed', (what) => {
  const budget = new PathBudget(withDefaults({ [what]: 3 }));
  expect([budget.has(what, 3), budget.has(what, 4)]).toEqual([true, false]);
  budget.spend(what);
  expect([budget.has(what, 2), budget.has(what, 3)]).toEqual([true, false]);
  budget.spend(what, 2);
  expect(budget.has(what, 0)).toBe(true);
  expect(() => budget.spend(what)).toThrow(
    expect.objectContaining({
      code: 'ERR_LIMIT_EXCEEDED',
      limit: what,
      found: 4,
      maximum: 3,
      message: expect.stringContaining('certification path'),
    }),
  );
});

test('each limit is counted by itself', () => {
  const budget = new PathBudget(withDefaults({ pathNodes: 1, pathSignatures: 1 }));
  budget.spend('pathNodes');
  expect([budget.has('pathNodes', 1), budget.has('pathSignatures', 1)]).toEqual([false, true]);
});

test('what does not fit is not spent', () => {
  const budget = new PathBudget(withDefaults({ pathNodes: 3 }));
  expect(ifAffordable(() => budget.spend('pathNodes', 4))).toBeUndefined();
  expect(budget.has('pathNodes', 3)).toBe(true);
});

test('what exceeds the budget is undefined; other errors are thrown', () => {
  expect(ifAffordable(() => 'x')).toBe('x');
  const fault = new TypeError('a fault of the program');
  expect(() =>
    ifAffordable(() => {
      throw fault;
    }),
  ).toThrow(fault);
});
