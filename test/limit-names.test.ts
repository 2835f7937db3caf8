import { expect, it } from 'vitest';
import { defaultLimits, type Limits, withDefaults } from '../src/limits.js';

it('limits are the defaults but for what is changed', () => {
  expect(withDefaults()).toEqual(defaultLimits);
  expect(withDefaults({ entries: 5 })).toEqual({ ...defaultLimits, entries: 5 });
});

it.each<object>([{ entrys: 5 }, { toString: 5 }, { entries: 0 }, { entries: 1.5 }, { entries: Number.NaN }])(
  'limits %j are refused',
  (limits) => expect(() => withDefaults(limits as Partial<Limits>)).toThrow(RangeError),
);
