import { mechanisms, passwordChecker, usesSasldb } from '../configuration/sasl-config.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import type { Fix } from '../finding.js';
import type { ServiceRule } from './rule.js';
import { socketRules } from './sasl-socket.js';

/** Mechanisms that send the password itself, which is all that saslauthd can check. */
const plainMechanisms = new Set(['PLAIN', 'LOGIN']);

/** Name of the parameter that names smtpd.conf. */
function pathParameter({ site }: SmtpdService): string {
  return site.version.isAtLeast(2, 3) ? 'smtpd_sasl_path' : 'smtpd_sasl_application_name';
}

/** S02: nobody can log in. */
const authOff: ServiceRule = (service) => {
  if (service.offersAuth) return [];
  const elsewhere = service.siblings.some(({ offersAuth }) => offersAuth);
  const message = elsewhere
    ? 'this service does not offer AUTH; another one does'
    : 'AUTH is not offered, so nobody can log in, and users cannot relay';
  const fix = service.set('smtpd_sasl_auth_enable', 'yes');
  return [service.found('S02', elsewhere ? 'info' : 'error', 'smtpd_sasl_auth_enable', message, fix)];
};

/** S01: a SASL implementation that this build has not. */
const unknownType: ServiceRule = (service) => {
  const { site, saslType } = service;
  if (!site.version.isAtLeast(2, 3)) return [];
  const available = site.installation.saslTypes.split(/\s+/).filter((type) => type !== '');
  if (available.includes(saslType)) return [];
  const have = available.length === 0 ? 'has none at all' : `has ${available.join(' and ')}`;
  const message = `this Postfix ${have}, not "${saslType}": smtpd stops with "SASL per-process initialization failed", and the port answers nothing`;
  const [first] = available;
  const fix: Fix =
    first === undefined
      ? { fix: 'apt-get install postfix libsasl2-modules sasl2-bin', place: 'shell' }
      : service.set('smtpd_sasl_type', available.includes('cyrus') ? 'cyrus' : first);
  return [service.found('S01', 'error', 'smtpd_sasl_type', message, fix)];
};

/** S03: smtpd.conf is not where this build looks for it. */
const configMissing: ServiceRule = (service) => {
  const { site, settings, saslType } = service;
  if (saslType !== 'cyrus') return [];
  const parameter = pathParameter(service);
  const name = settings.value(parameter);
  const effect = 'every mechanism that is installed is offered, and every password is refused (454 or 535)';
  const bare = name.replace(/^.*\//, '').replace(/\.conf$/, '');
  if (bare !== name) {
    const message = `"${name}" makes Cyrus look for ${name}.conf: the value is the name of smtpd.conf without its folder and ".conf"; ${effect}`;
    return [service.found('S03', 'error', parameter, message, service.set(parameter, bare || 'smtpd'))];
  }
  if (site.saslConfig !== undefined) return [];
  const [folder = `${settings.value('config_directory')}/sasl`] = site.installation.saslConfigPaths ?? [];
  const target = `${folder}/${name}.conf`;
  const strayed = site.installation.strayedSaslConfig;
  const where = strayed === undefined ? 'is not there' : `is at ${strayed}, where this build does not look,`;
  const fix =
    strayed === undefined
      ? `mkdir -p ${folder} && printf 'pwcheck_method: saslauthd\\nmech_list: plain login\\n' > ${target}`
      : `mkdir -p ${folder} && cp ${strayed} ${target}`;
  return [
    service.found('S03', 'error', parameter, `${name}.conf ${where} instead of ${target}: ${effect}`, {
      fix,
      place: 'shell',
    }),
  ];
};

/** S04: mechanisms are offered that cannot work. */
const tooManyMechanisms: ServiceRule = (service) => {
  const { saslConfig } = service;
  if (saslConfig === undefined) return [];
  const list = mechanisms(saslConfig);
  const checker = passwordChecker(saslConfig);
  const beyond = list?.filter((name) => !plainMechanisms.has(name)) ?? [];
  if (list !== undefined && (beyond.length === 0 || checker !== 'saslauthd')) return [];
  const offered = list === undefined ? 'every mechanism that is installed' : beyond.join(', ');
  const severity = checker === 'saslauthd' ? 'error' : 'warning';
  const message = `smtpd.conf lets Postfix offer ${offered}: ${checker === 'saslauthd' ? 'saslauthd can only check passwords that are sent as they are, so' : 'where the database has no password in the clear,'} clients that choose another mechanism than PLAIN or LOGIN are refused (535)`;
  return [service.found('S04', severity, 'mech_list', message, { fix: 'mech_list: plain login', place: 'smtpd.conf' })];
};

/** S07: logging in as nobody. */
const anonymous: ServiceRule = (service) => {
  const parameters = ['smtpd_sasl_security_options', 'smtpd_sasl_tls_security_options'] as const;
  return parameters.flatMap((parameter) => {
    const options = service.settings.list(parameter);
    const inherited =
      parameter === 'smtpd_sasl_tls_security_options' && service.settings.source(parameter) === 'default';
    if (inherited || options.includes('noanonymous')) return [];
    const message =
      'ANONYMOUS is offered unless smtpd.conf happens to leave it out: strangers log in without a password (235), and then relay';
    return [
      service.found('S07', 'error', parameter, message, service.set(parameter, ['noanonymous', ...options].join(', '))),
    ];
  });
};

/** S08: inside TLS no mechanism is left. */
const plainForbidden: ServiceRule = (service) => {
  const parameter = 'smtpd_sasl_tls_security_options';
  if (!service.speaksTls || !service.settings.list(parameter).includes('noplaintext')) return [];
  const { saslConfig } = service;
  const list =
    saslConfig && (passwordChecker(saslConfig) === 'saslauthd' ? ['PLAIN', 'LOGIN'] : mechanisms(saslConfig));
  const onlyPlain = list?.every((name) => plainMechanisms.has(name)) ?? false;
  if (!onlyPlain && saslConfig !== undefined) return [];
  const message = `noplaintext forbids PLAIN and LOGIN inside TLS too${onlyPlain ? ', and there is no other mechanism' : ''}: smtpd stops after STARTTLS with "no SASL authentication mechanisms"`;
  return [
    service.found('S08', onlyPlain ? 'error' : 'warning', parameter, message, service.set(parameter, 'noanonymous')),
  ];
};

/** S09: users are looked for under another realm than they were entered. */
const realm: ServiceRule = (service) => {
  const { saslConfig, settings } = service;
  if (saslConfig === undefined || !usesSasldb(saslConfig)) return [];
  const parameter = 'smtpd_sasl_local_domain';
  const told = settings.value(parameter);
  const local = told || settings.value('myhostname');
  const realms = service.site.installation.saslRealms ?? [];
  const domain = realms[0] ?? settings.value('mydomain');
  if (local === '' || domain === '') return [];
  if (realms.length > 0) {
    if (realms.some((name) => name.toLowerCase() === local.toLowerCase())) return [];
    const message = `users in sasldb are entered under ${realms.join(', ')}, and looked for under ${local}: whoever logs in without "@${domain}" is refused (535)`;
    return [service.found('S09', 'warning', parameter, message, service.set(parameter, domain))];
  }
  // Nothing is known of the users: what can be said is where a bare name is looked for.
  const expected = [
    domain,
    settings.value('myhostname'),
    settings.value('myorigin'),
    ...settings.list('mydestination'),
  ];
  if (told !== '' && expected.includes(told)) return [];
  const message = `bare user names are looked for in sasldb under ${local}: whoever was entered under ${domain} and logs in without "@${domain}" is refused (535)`;
  const fix = service.set(parameter, domain === settings.value('mydomain') ? '$mydomain' : domain);
  return [service.found('S09', told === '' ? 'info' : 'warning', parameter, message, fix)];
};

const onlyWithAuth =
  (rule: ServiceRule): ServiceRule =>
  (service) =>
    service.offersAuth ? rule(service) : [];

export const saslRules: readonly ServiceRule[] = [
  authOff,
  ...[unknownType, configMissing, tooManyMechanisms, ...socketRules, anonymous, plainForbidden, realm].map(
    onlyWithAuth,
  ),
];
