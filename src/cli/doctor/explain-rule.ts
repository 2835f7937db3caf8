import { catalogue } from '../../postfix/rules/catalogue.js';
import { UsageError } from '../command-errors.js';
import { asName, type Text } from '../terminal/text.js';

/**
 * Returns the text of `--explain`, which describes a rule.
 * @throws {UsageError} if there is no such rule
 */
export function explainRule(id: string): Text[] {
  const rule = catalogue.find((each) => each.id === id.toUpperCase());
  if (rule === undefined)
    throw new UsageError(
      `--explain ${id}: there is no such rule`,
      `the rules are ${catalogue.map((each) => each.id).join(' ')}`,
    );
  return [
    [asName(`${rule.id} ${rule.what}`)],
    '',
    rule.why,
    '',
    `Severity: ${rule.severity}`,
    `Documented in: ${rule.document}`,
  ];
}
