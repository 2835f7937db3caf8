import { writeService } from '../configuration/change.js';
import { serviceName } from '../configuration/master-cf.js';
import type { Rule } from './rule.js';

export const inlineComment: Rule = {
  id: 'T02',
  severity: 'error',
  what: 'A comment follows a value',
  why: 'Postfix allows comments only on separate lines. The words after # become part of the value; where yes or no is expected, smtpd stops with "bad boolean configuration" and the port does not answer.',
  document: 'postconf(5), the introduction; master(5), "SYNTAX"',
  site: (site) =>
    site.comments.map(({ name, value, meant }) => ({
      severity: 'error',
      parameter: name,
      message: `the value is "${shorten(value)}": Postfix has no comments at the end of a line, so the words after # are part of the value`,
      changes: [{ kind: 'set', name, value: meant }],
      advice: 'put the comment on a line of its own that begins with #',
    })),
  service: ({ master }) => {
    const comment = master.strayArguments.find((word) => word.startsWith('#'));
    if (comment === undefined) return [];
    return [
      {
        severity: 'error',
        message: `the line of this service ends with "${shorten(master.strayArguments.join(' '))}": master.cf has no comments at the end of a line, so smtpd gets these words as arguments and stops`,
        changes: [{ kind: 'service', line: writeService(master) }],
        advice: `put the comment above the line of ${serviceName(master)}`,
      },
    ];
  },
};

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
