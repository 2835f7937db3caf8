import type { Field } from '../growth/field.js';
import { fields } from '../growth/fields.js';
import type { Target } from './target.js';

/** Sizes up to two to the power of this: larger ones are the growth suite's. */
const mostExponent = 14;

/**
 * Valid structures with one field that is long or repeats, as the growth suite builds them from the grammar of each format: mutations of
 * small files never get so long. Sizes are of every order of magnitude, and not only round numbers.
 */
export function grammarTarget(): Target {
  return {
    name: 'grammar',
    async prepare(random) {
      const field: Field = random.pick(fields);
      const size = 2 ** random.below(mostExponent) + random.below(64);
      return field.make(Math.min(size, field.most));
    },
  };
}
