import { catalogue } from '../../../src/postfix/rules/catalogue.js';
import type { Rule } from '../../../src/postfix/rules/rule.js';

/** The groups of rules by the letter of their identifiers, in the order of the document. */
const groups: Readonly<Record<string, string>> = {
  T: 'TLS and its parameters',
  P: 'PEM files and certificates',
  N: 'Certificates by server name (SNI)',
  A: 'Passwords and TLS',
  S: 'Logins (SASL)',
  R: 'Who may relay',
  O: 'Outgoing mail',
  M: 'master.cf',
};

const introduction = `# jks2pem doctor

\`jks2pem doctor\` examines the Postfix of this machine as a relay for users who log in over TLS. It reads what \`postconf\`
prints, the files that main.cf names, and nothing else, and it changes nothing. Run it as root, which can read the key.

Each finding has a rule, a severity, what is wrong, and lines that remove it. Each line was applied to a copy of the
configuration, which was then examined again: a line that leaves its finding in place, or causes another error or warning, is
not printed, and the finding ends with what to do instead.

| severity | meaning |
|---|---|
| error | mail, logins or security are broken |
| warning | it works for some, or not for long |
| info | nothing fails |

A fault that only programs on this machine, or only hosts in mynetworks, can meet or use is \`info\`.

- \`jks2pem doctor --fix\` prints the lines as one shell script. Read it before you run it.
- \`jks2pem doctor --explain P08\` prints what is below about one rule.
- \`--allow P08\` drops the findings of a rule, \`--strict\` exits with 3 for warnings, too, \`--days N\` says how many days before
  its end a certificate is reported, \`--nagios\` prints one line for a monitoring system.
- Without errors, the report lists the services that were examined and the settings for mail programs.

The rules follow. This part of the file is made by \`npm run docs:doctor\` from the rules themselves.
`;

/** docs/doctor.md, made from the rules. */
export function doctorDocument(): string {
  const sections = Object.entries(groups).map(([letter, title]) => {
    const rules = catalogue.filter(({ id }) => id.startsWith(letter));
    return `## ${title}\n\n${rules.map(describeRule).join('\n')}`;
  });
  return `${introduction}\n${sections.join('\n')}`;
}

function describeRule({ id, what, why, severity, document }: Rule): string {
  return `### ${id} ${what}\n\n${why}\n\nSeverity: ${severity}. Documented in: ${document}.\n`;
}
