import type { Rule } from './rule.js';

/**
 * Checks whether Postfix accepts a name as that of its host (valid_hostname.c): at most 255 characters, in labels of at most 63 letters,
 * digits, hyphens and underscores. No label begins or ends with a hyphen, and a name of digits alone is refused.
 */
export function isHostName(name: string): boolean {
  const label = /^\w(?:[\w-]{0,61}\w)?$/;
  return name.length <= 255 && name.split('.').every((part) => label.test(part)) && /[^\d.]/.test(name);
}

export const invalidHostName: Rule = {
  id: 'T14',
  severity: 'error',
  what: 'myhostname is not a host name',
  why: 'Postfix replaces an unset parameter with nothing, so that $hostname.example.com becomes .example.com. Its programs stop with "bad parameter value", and no port answers.',
  document: 'postconf(5), myhostname',
  site: ({ main }) => {
    const name = main.value('myhostname');
    // Empty if main.cf does not set it and the defaults of the host are unknown.
    if (name === '' || isHostName(name)) return [];
    const written = main.raw('myhostname');
    const origin = written === name ? '' : ` (from ${written})`;
    return [
      {
        severity: 'error',
        parameter: 'myhostname',
        message: `"${name}"${origin} is not a host name: the programs of Postfix stop with "bad parameter value", and no port answers`,
        advice: 'set myhostname to the full name of this host, such as mail.example.com',
      },
    ];
  },
};
