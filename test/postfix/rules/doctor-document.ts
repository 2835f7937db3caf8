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

\`jks2pem doctor\` examines the Postfix of this machine as a relay for users who log in over TLS. It reads the output of
\`postconf\`, master.cf, the SASL settings, and the files that main.cf names. It changes nothing. Run it as root, because only root can
read the private key.

Each finding has a rule, a severity, a description of the problem, and the lines that remove it. Each line was applied to a copy
of the configuration, which was then examined again. If the finding remained, or another error or warning appeared, the line is
not printed, and the finding ends with what to do instead.

| severity | meaning |
|---|---|
| error | mail, logins or security fail |
| warning | something fails for some clients, or will fail soon |
| info | nothing fails |

A problem that affects only programs on this machine, or only hosts in mynetworks, has the severity \`info\`.

- \`jks2pem doctor --fix\` prints the lines as one shell script. Read it before you run it.
- \`jks2pem doctor --explain P08\` prints the text below about one rule.
- \`--allow P08\` removes the findings of a rule, \`--strict\` gives exit code 3 for warnings, too, \`--days N\` sets the number of
  days before its end from which a certificate is reported, \`--nagios\` prints one line for a monitoring system.
- If there is no error, the report lists the services that were examined and the settings for mail programs.

The rules follow. \`npm run docs:doctor\` generates this file from the source of the rules.
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
