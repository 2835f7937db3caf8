import { describe, expect, test } from 'vitest';
import { Site } from '../../../src/postfix/configuration/site.js';
import type { Finding } from '../../../src/postfix/finding.js';
import { runRules } from '../../../src/postfix/run-rules.js';
import { type Change, examine, installation, now, rulesOf } from '../sound-installation.js';

/** What is changed; every finding, as {@link rulesOf} writes it; and a line that one of them proposes. */
export type RuleCase = readonly [name: string, change: Change, expected: readonly string[], fix?: string];

/** A finding as users read it, with its remedy. */
export function findingText({ rule, severity, parameter, service, message, fix, place }: Finding): string {
  const where = [parameter, service === undefined ? undefined : `@ ${service}`].filter((part) => part !== undefined);
  const lines = fix === '' ? [] : fix.split('\n').map((line) => `  ${place ?? 'advice'}: ${line}`);
  return `${[`${[rule, severity, ...where].join(' ')}: ${message}`, ...lines].join('\n')}\n`;
}

/** What users read if the remedies of the findings are not safe in their configuration. */
function advicesOf(change: Change): string {
  const { groups } = runRules(Site.parse(installation(change), { now, ...change.options }));
  const lines = groups
    .flat()
    .map(({ rule, parameter, advice }) => `${[rule, parameter].join(' ').trim()}: ${advice}\n`);
  return [...new Set(lines)].map((line) => `To do, ${line}`).join('');
}

/** Each rule reports its fault, once for the services concerned, and no other rule reports anything. */
export function describeRules(what: string, table: readonly RuleCase[]): void {
  const cases = table.map(([name, change, expected, fix]) => ({ name, change, expected, fix }));
  const examined = new Map<Change, Finding[]>();
  const findingsOf = (change: Change) => {
    const findings = examined.get(change) ?? examine(change);
    examined.set(change, findings);
    return findings;
  };
  describe(what, () => {
    test.each(cases)('$name', ({ change, expected, fix }) => {
      const findings = findingsOf(change);
      expect(rulesOf(findings)).toEqual([...expected].sort());
      if (fix !== undefined) expect(findings.map((finding) => finding.fix)).toContain(fix);
    });

    test('messages and remedies', async () => {
      const sections = cases.map(
        ({ name, change }) => `## ${name}\n${findingsOf(change).map(findingText).join('')}${advicesOf(change)}`,
      );
      const file = what.replaceAll(/[^a-zA-Z0-9]+/g, '-').toLowerCase();
      await expect(sections.join('\n')).toMatchFileSnapshot(`findings/${file}.txt`);
    });
  });
}
