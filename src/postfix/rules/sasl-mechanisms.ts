import { mechanisms, passwordChecker } from '../configuration/sasl-config.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import { type Draft, type Rule, saslRule } from './rule.js';

/** Mechanisms that send the password itself. saslauthd can check the passwords of only these mechanisms. */
const plainMechanisms = new Set(['PLAIN', 'LOGIN']);

const tooManyMechanisms = saslRule(
  {
    id: 'S04',
    severity: 'error',
    what: 'Mechanisms are offered that cannot work',
    why: 'saslauthd can check only plaintext passwords. Clients that choose another mechanism than PLAIN or LOGIN are refused (535).',
    document: 'SASL_README, "saslauthd - Cyrus SASL password verification service"',
  },
  (service) => {
    const { saslConfig } = service;
    if (saslConfig === undefined) return [];
    const list = mechanisms(saslConfig);
    const checker = passwordChecker(saslConfig);
    const beyond = list?.filter((name) => !plainMechanisms.has(name)) ?? [];
    if (list !== undefined && (beyond.length === 0 || checker !== 'saslauthd')) return [];
    const offered = list === undefined ? 'every mechanism that is installed' : beyond.join(', ');
    const reason =
      checker === 'saslauthd'
        ? 'saslauthd can check only plaintext passwords, so clients that choose another mechanism than PLAIN or LOGIN are refused (535)'
        : 'where the database holds no plaintext password, clients that choose another mechanism than PLAIN or LOGIN are refused (535)';
    return [
      {
        severity: checker === 'saslauthd' ? 'error' : 'warning',
        parameter: 'mech_list',
        message: `smtpd.conf makes Postfix offer ${offered}: ${reason}`,
        changes: [{ kind: 'sasl', name: 'mech_list', value: 'plain login' }],
        advice: 'write mech_list: plain login',
      },
    ];
  },
);

const anonymous = saslRule(
  {
    id: 'S07',
    severity: 'error',
    what: 'Anonymous logins are possible',
    why: 'Without noanonymous, strangers can log in without a password (reply 235) and relay as users, unless Cyrus SASL (mech_list) or Dovecot (auth_mechanisms) excludes the mechanism ANONYMOUS.',
    document: 'SASL_README, "Unencrypted SMTP session"',
  },
  (service) => {
    const parameters = ['smtpd_sasl_security_options', 'smtpd_sasl_tls_security_options'] as const;
    return parameters.flatMap((parameter): Draft[] => {
      const options = service.settings.list(parameter);
      const isInherited =
        parameter === 'smtpd_sasl_tls_security_options' && service.settings.source(parameter) === 'default';
      if (isInherited || options.includes('noanonymous')) return [];
      return [
        {
          severity: 'error',
          parameter,
          message:
            'without noanonymous, Postfix offers the mechanism ANONYMOUS, unless Cyrus SASL (mech_list) or Dovecot (auth_mechanisms) excludes it: strangers can log in without a password (reply 235), and relay as users',
          changes: [service.set(parameter, ['noanonymous', ...options].join(', '))],
          advice: `add noanonymous to ${parameter}`,
        },
      ];
    });
  },
);

/**
 * The effect of noplaintext. `stops`: mech_list contains only PLAIN and LOGIN, and smtpd stops; `useless`: saslauthd can check none of the
 * mechanisms that are left; `unknown`: smtpd.conf was not examined, or saslauthd does not check the passwords.
 */
function effectOfNoplaintext({ saslConfig }: SmtpdService): 'stops' | 'useless' | 'unknown' {
  if (saslConfig === undefined) return 'unknown';
  // Without mech_list, Cyrus SASL offers every installed mechanism, such as SCRAM-SHA-256, even if saslauthd checks the passwords.
  if (mechanisms(saslConfig)?.every((name) => plainMechanisms.has(name))) return 'stops';
  return passwordChecker(saslConfig) === 'saslauthd' ? 'useless' : 'unknown';
}

const consequences: Readonly<Record<ReturnType<typeof effectOfNoplaintext>, string>> = {
  stops: ', and there is no other mechanism: smtpd stops after STARTTLS with "no SASL authentication mechanisms"',
  useless: ', and saslauthd can check no other mechanism: nobody can log in',
  unknown: ': if no other mechanism is offered, smtpd stops after STARTTLS with "no SASL authentication mechanisms"',
};

const plainForbidden = saslRule(
  {
    id: 'S08',
    severity: 'error',
    what: 'noplaintext leaves no mechanism',
    why: 'It forbids PLAIN and LOGIN. saslauthd can check no other mechanism, so nobody can log in. Where no other mechanism is offered, smtpd stops with "no SASL authentication mechanisms": after STARTTLS if it applies inside TLS, at once if AUTH is offered before TLS.',
    document: 'SASL_README, "Encrypted SMTP session (TLS)"',
  },
  (service) => {
    const { settings } = service;
    const effect = effectOfNoplaintext(service);
    const inside = 'smtpd_sasl_tls_security_options';
    if (
      service.speaksTls &&
      settings.list(inside).includes('noplaintext') &&
      (effect !== 'unknown' || service.saslConfig === undefined)
    ) {
      const message = `noplaintext forbids PLAIN and LOGIN inside TLS too${consequences[effect]}`;
      return [
        {
          severity: effect === 'unknown' ? 'warning' : 'error',
          parameter: inside,
          message,
          changes: [service.set(inside, 'noanonymous')],
          advice: `set ${inside} = noanonymous`,
        },
      ];
    }
    const before = 'smtpd_sasl_security_options';
    const isOfferedBefore = !service.requiresTls && !settings.isYes('smtpd_tls_auth_only');
    if (!isOfferedBefore || effect !== 'stops' || !settings.list(before).includes('noplaintext')) return [];
    const message =
      'noplaintext forbids PLAIN and LOGIN before TLS, there is no other mechanism, and smtpd_tls_auth_only = no: smtpd stops with "no SASL authentication mechanisms", and nobody can log in';
    return [
      {
        severity: 'error',
        parameter: before,
        message,
        changes: [service.set('smtpd_tls_auth_only', 'yes')],
        advice: 'set smtpd_tls_auth_only = yes',
      },
    ];
  },
);

export const saslMechanismRules: readonly Rule[] = [tooManyMechanisms, anonymous, plainForbidden];
