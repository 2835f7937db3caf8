import { convert } from '../../src/convert/convert.js';
import { examinePostfix } from '../../src/postfix/examine-postfix.js';
import type { Finding } from '../../src/postfix/finding.js';
import type { ExaminationOptions, PostfixInstallation } from '../../src/postfix/installation/installation.js';
import { fixture } from '../fixtures.js';

export const now = new Date('2026-12-01T00:00:00Z');

const { pem } = await convert(fixture('tomcat.keystore'), { storePass: 'my-passphrase', now });
/** The bundle of the story: key, site, intermediate, cross. */
export const bundle = Buffer.from(pem).toString('latin1');
/** Its four blocks. */
export const blocks = bundle.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----\n/g) as string[];
export const bundlePath = '/etc/postfix/example.pem';

export const soundMain: Readonly<Record<string, string>> = {
  compatibility_level: '3.6',
  mydestination: '$myhostname, localhost',
  mydomain: 'example.com',
  myhostname: 'mail.example.com',
  mynetworks: '127.0.0.0/8 [::1]/128',
  smtpd_relay_restrictions: 'permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination',
  smtpd_sasl_auth_enable: 'yes',
  smtpd_tls_auth_only: 'yes',
  smtpd_tls_chain_files: bundlePath,
  smtpd_tls_security_level: 'may',
};

const soundMaster = `smtp       inet  n       -       n       -       -       smtpd
submission inet  n       -       n       -       -       smtpd -o smtpd_tls_security_level=encrypt
tlsmgr     unix  -       -       n       1000?   1       tlsmgr
postlog    unix-dgram n  -       n       -       1       postlogd
`;

/** What is different from a sound installation. */
export interface Change {
  readonly version?: string;
  /** `undefined` takes a parameter out. */
  readonly main?: Readonly<Record<string, string | undefined>>;
  readonly master?: string | ((sound: string) => string);
  readonly overrides?: string;
  readonly saslTypes?: string;
  readonly saslConfig?: string | null;
  /** What the bundle holds, or several files by their paths. */
  readonly bundle?: string | Uint8Array | Readonly<Record<string, string | Uint8Array>>;
  readonly mode?: number;
  readonly owner?: string;
  readonly more?: Partial<PostfixInstallation>;
  readonly options?: Partial<ExaminationOptions>;
}

export function installation(change: Change = {}): PostfixInstallation {
  const { master = soundMaster, bundle: files = bundle } = change;
  const main = Object.entries({ ...soundMain, ...change.main }).filter(([, value]) => value !== undefined);
  const saslConfig =
    change.saslConfig === undefined ? 'pwcheck_method: saslauthd\nmech_list: plain login\n' : change.saslConfig;
  const byPath = typeof files === 'string' || files instanceof Uint8Array ? { [bundlePath]: files } : files;
  return {
    mailVersion: change.version ?? '3.7.11',
    main: main.map(([name, value]) => `${name} = ${value}\n`).join(''),
    master: typeof master === 'string' ? master : master(soundMaster),
    overrides: change.overrides ?? '',
    saslTypes: change.saslTypes ?? 'cyrus\ndovecot\n',
    ...(saslConfig !== null && { saslConfig }),
    file: (path) => {
      const content = byPath[path];
      return content === undefined
        ? undefined
        : {
            bytes: new Uint8Array(typeof content === 'string' ? Buffer.from(content, 'latin1') : content),
            mode: change.mode ?? 0o600,
            owner: change.owner ?? 'root:root',
          };
    },
    ...change.more,
  };
}

export function examine(change: Change = {}): Finding[] {
  return examinePostfix(installation(change), { now, ...change.options });
}

/** The services of the sound installation. */
const allServices = 'smtp/inet, submission/inet';

/** Each finding as `A01 error smtpd_tls_auth_only @ smtp/inet`, in order, `@ all` for all services; as many as there are. */
export function rulesOf(findings: readonly Finding[]): string[] {
  return findings
    .map(({ rule, severity, parameter, service }) => {
      const where = service === undefined ? [] : ['@', service === allServices ? 'all' : service];
      return [rule, severity, ...(parameter ? [parameter] : []), ...where].join(' ');
    })
    .sort();
}
