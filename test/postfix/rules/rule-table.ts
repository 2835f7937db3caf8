import { describe, expect, test } from 'vitest';
import { type Change, examine, rulesOf } from '../sound-installation.js';

/** What is changed; every finding, as {@link rulesOf} writes it; and a line that one of them proposes. */
export type RuleCase = readonly [name: string, change: Change, expected: readonly string[], fix?: string];

/** Each rule reports its fault, once for the services concerned, and no other rule reports anything. */
export function describeRules(what: string, table: readonly RuleCase[]): void {
  const cases = table.map(([name, change, expected, fix]) => ({ name, change, expected, fix }));
  describe(what, () => {
    test.each(cases)('$name', ({ change, expected, fix }) => {
      const findings = examine(change);
      expect(rulesOf(findings)).toEqual([...expected].sort());
      if (fix !== undefined) expect(findings.map((finding) => finding.fix)).toContain(fix);
    });
  });
}
