import { describe, expect, test } from 'vitest';
import { type Change, examine, rulesOf } from '../sound-installation.js';

/** What is changed; every finding there is, as `P01 error`; and a line that is among those which mend it. */
export type RuleCase = readonly [name: string, change: Change, expected: readonly string[], fix?: string];

/** Each rule finds what it is for, and nothing else. */
export function describeRules(what: string, table: readonly RuleCase[]): void {
  const cases = table.map(([name, change, expected, fix]) => ({ name, change, expected, fix }));
  describe(what, () => {
    test.each(cases)('$name', ({ change, expected, fix }) => {
      const findings = examine(change);
      expect(rulesOf(findings).sort()).toEqual([...expected].sort());
      if (fix !== undefined) expect(findings.map((finding) => finding.fix)).toContain(fix);
    });
  });
}
