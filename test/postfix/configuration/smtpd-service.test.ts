import { describe, expect, test } from 'vitest';
import { Site } from '../../../src/postfix/configuration/site.js';
import { isLoopback, type SmtpdService, smtpdServices } from '../../../src/postfix/configuration/smtpd-service.js';
import { installation, now } from '../sound-installation.js';

type Main = Readonly<Record<string, string | undefined>>;

/** The only smtpd service of an installation. */
function serviceOf(line: string, main: Main = {}, version = '3.7.11'): SmtpdService {
  const [service] = smtpdServices(Site.parse(installation({ master: `${line}\n`, main, version }), { now }));
  if (service === undefined) throw new Error('no service');
  return service;
}
const smtp = 'smtp inet n - n - - smtpd';

/** postconf(5), smtpd_tls_security_level, smtpd_use_tls, smtpd_enforce_tls and smtpd_tls_wrappermode. */
describe('the TLS level', () => {
  const yes = 'yes';
  test.each<[string, Main, string, boolean, boolean]>([
    ['nothing', {}, 'none', false, false],
    ['none', { smtpd_tls_security_level: 'none' }, 'none', false, false],
    ['may', { smtpd_tls_security_level: 'May' }, 'may', true, false],
    ['encrypt', { smtpd_tls_security_level: 'encrypt' }, 'encrypt', true, true],
    ['a level of clients', { smtpd_tls_security_level: 'secure' }, 'encrypt', true, true],
    ['the wrapper mode', { smtpd_tls_wrappermode: 'YES' }, 'wrapper', true, true],
    [
      'the wrapper mode, and none',
      { smtpd_tls_wrappermode: yes, smtpd_tls_security_level: 'none' },
      'wrapper',
      true,
      true,
    ],
    ['smtpd_use_tls', { smtpd_use_tls: yes }, 'may', true, false],
    ['smtpd_enforce_tls', { smtpd_enforce_tls: yes }, 'encrypt', true, true],
    ['both', { smtpd_use_tls: yes, smtpd_enforce_tls: yes }, 'encrypt', true, true],
    ['a level and smtpd_enforce_tls', { smtpd_tls_security_level: 'may', smtpd_enforce_tls: yes }, 'may', true, false],
    ['none and smtpd_use_tls', { smtpd_tls_security_level: 'none', smtpd_use_tls: yes }, 'none', false, false],
  ])('of %s', (_, main, level, speaks, requires) => {
    const service = serviceOf(smtp, { smtpd_tls_security_level: undefined, ...main });
    expect([service.tlsLevel, service.speaksTls, service.requiresTls]).toEqual([level, speaks, requires]);
    expect(service.levelInMain).toBe(level);
  });

  test('before 2.3 there is no level', () => {
    const main = { smtpd_tls_security_level: 'encrypt', smtpd_use_tls: 'yes' };
    expect([serviceOf(smtp, main, '2.2.12').tlsLevel, serviceOf(smtp, main, '2.3.0').tlsLevel]).toEqual([
      'may',
      'encrypt',
    ]);
  });

  test('of main.cf does not count an override', () => {
    const { tlsLevel, levelInMain } = serviceOf(`${smtp} -o smtpd_tls_security_level=encrypt`);
    expect([tlsLevel, levelInMain]).toEqual(['encrypt', 'may']);
  });
});

/** master(5), "Chroot"; COMPATIBILITY_README, "Using backwards-compatible default setting chroot=y". */
test.each([
  ['y', '3.7.11', '3.6', true],
  ['n', '2.11.0', '0', false],
  ['-', '2.11.0', '3.6', true],
  ['-', '3.0.0', '0', true],
  ['-', '3.0.0', '1', false],
  ['-', '3.7.11', '0.9', true],
  ['-', '3.7.11', '3.6', false],
  ['-', '3.7.11', 'x', true],
])('chroot %s with %s at level %s: %s', (chroot, version, level, expected) => {
  const line = `smtp inet n - ${chroot} - - smtpd`;
  expect(serviceOf(line, { compatibility_level: level }, version).isChrooted).toBe(expected);
});

test.each([
  ['smtp inet', 'smtp', 25],
  ['25 inet', '25', 25],
  ['submission inet', 'submission', 587],
  ['192.0.2.1:587 inet', '587', 587],
  ['submissions inet', 'submissions', 465],
  ['smtps inet', 'smtps', 465],
  ['[::1]:465 inet', '465', 465],
  ['2525 inet', '2525', undefined],
  ['smtpd pass', 'smtpd', 25],
  ['smtp unix', 'smtp', undefined],
])('%s: the port is %s, a known one: %s', (name, port, known) => {
  const service = serviceOf(`${name} n - n - - smtpd`);
  expect([service.port, service.knownPort]).toEqual([port, known]);
});

describe('who can use a service', () => {
  const closed = 'permit_mynetworks, reject';
  test.each<[string, string, Main, string]>([
    ['a port', smtp, {}, 'internet'],
    ['a UNIX socket', 'x unix - - n - - smtpd', {}, 'machine'],
    ['a FIFO', 'x fifo - - n - - smtpd', {}, 'machine'],
    ['behind postscreen', 'smtpd pass - - n - - smtpd', {}, 'internet'],
    ['an address of loopback', '127.0.0.1:25 inet n - n - - smtpd', {}, 'machine'],
    ['IPv6 loopback', '[::1]:25 inet n - n - - smtpd', {}, 'machine'],
    ['another address', '192.0.2.1:25 inet n - n - - smtpd', { inet_interfaces: 'loopback-only' }, 'internet'],
    ['loopback interfaces', smtp, { inet_interfaces: '127.0.0.1, ::1' }, 'machine'],
    ['one interface of loopback', smtp, { inet_interfaces: '127.0.0.1, 192.0.2.1' }, 'internet'],
    ['no interface', smtp, { inet_interfaces: '' }, 'internet'],
    ['closed for clients', smtp, { smtpd_client_restrictions: closed }, 'networks'],
    ['closed for senders', smtp, { smtpd_sender_restrictions: closed }, 'networks'],
    ['closed for recipients', smtp, { smtpd_recipient_restrictions: closed }, 'networks'],
    ['closed for relaying', smtp, { smtpd_relay_restrictions: closed }, 'networks'],
    ['closed after HELO', smtp, { smtpd_helo_restrictions: closed }, 'internet'],
    [
      'closed after HELO, which is required',
      smtp,
      { smtpd_helo_restrictions: closed, smtpd_helo_required: 'yes' },
      'networks',
    ],
    [
      'closed but for its interfaces',
      smtp,
      { smtpd_client_restrictions: 'permit_inet_interfaces, reject' },
      'networks',
    ],
    ['closed after other checks', smtp, { smtpd_client_restrictions: 'reject_rbl_client a, reject' }, 'networks'],
    ['closed for a while', smtp, { smtpd_client_restrictions: 'permit_mynetworks, defer' }, 'internet'],
    [
      'closed with a warning alone',
      smtp,
      { smtpd_client_restrictions: 'permit_mynetworks, warn_if_reject reject' },
      'internet',
    ],
    ['open for some', smtp, { smtpd_client_restrictions: 'check_client_access hash:/a, reject' }, 'internet'],
    ['open for users', smtp, { smtpd_client_restrictions: 'permit_sasl_authenticated, reject' }, 'internet'],
    ['without an end', smtp, { smtpd_client_restrictions: 'permit_mynetworks' }, 'internet'],
  ])('%s', (_, line, main, audience) => expect(serviceOf(line, main).audience).toBe(audience));

  test('before 2.10, smtpd_relay_restrictions is not asked', () => {
    const main = { smtpd_relay_restrictions: closed };
    expect([serviceOf(smtp, main, '2.9.15').audience, serviceOf(smtp, main, '2.10.0').audience]).toEqual([
      'internet',
      'networks',
    ]);
    expect(serviceOf(smtp, {}, '2.9.15').relayLists).toEqual(['smtpd_recipient_restrictions']);
    expect(serviceOf(smtp, {}, '2.10.0').relayLists).toEqual([
      'smtpd_relay_restrictions',
      'smtpd_recipient_restrictions',
    ]);
  });

  test.each([
    ['permit_sasl_authenticated, reject', false],
    ['permit_tls_clientcerts, reject', false],
    ['permit_mynetworks, permit_inet_interfaces, reject', false],
    ['permit_tls_all_clientcerts, reject', true],
    ['check_client_access hash:/a, reject', true],
  ])('strangers behind %s: %s', (list, admitted) => {
    expect(serviceOf(smtp, { smtpd_client_restrictions: list }).admitsStrangers).toBe(admitted);
  });

  test.each<[string, string, boolean]>([
    ['for everyone', `${smtp} -o content_filter=`, false],
    ['for this machine', '127.0.0.1:10025 inet n - n - - smtpd', false],
    ['without its content filter', '127.0.0.1:10025 inet n - n - - smtpd -o content_filter=', true],
    ['closed', `127.0.0.1:10025 inet n - n - - smtpd -o smtpd_client_restrictions=permit_mynetworks,reject`, true],
  ])('a port %s is one of a content filter: %s', (_, line, expected) => {
    expect(serviceOf(line).isReinjection).toBe(expected);
  });
});

test.each<[string, Main, boolean]>([
  ['nothing', {}, false],
  ['the HAProxy protocol', { smtpd_upstream_proxy_protocol: 'haproxy' }, true],
  ['XCLIENT from elsewhere', { smtpd_authorized_xclient_hosts: '127.0.0.1 192.0.2.1' }, true],
  ['XCLIENT from here', { smtpd_authorized_xclient_hosts: '127.0.0.1 [::1]' }, false],
])('TLS at a proxy with %s: %s', (_, main, expected) => {
  expect(serviceOf(smtp, { ...main, smtpd_tls_security_level: 'none' }).tlsIsAtProxy).toBe(expected);
  expect(serviceOf(smtp, main).tlsIsAtProxy).toBe(false);
});

test.each([
  ['localhost', true],
  ['LOCALHOST', true],
  ['ip6-localhost', true],
  ['loopback-only', true],
  ['127.0.0.1', true],
  ['127.255.255.255', true],
  ['126.255.255.255', false],
  ['128.0.0.1', false],
  ['127.0.0.0/8', true],
  ['::1', true],
  ['[::1]', true],
  ['::2', false],
  ['::', false],
  ['mail.example.com', false],
  ['all', false],
])('%s is loopback: %s', (name, expected) => expect(isLoopback(name)).toBe(expected));

describe('which services are started', () => {
  const names = (master: string, disabled = '') => {
    const main = { master_service_disable: disabled };
    return smtpdServices(Site.parse(installation({ master, main }), { now })).map(({ name }) => name);
  };
  const all =
    'smtp inet n - n - - smtpd\nsmtpd pass - - n - - smtpd\nx unix - - n - - smtpd\nsmtp unix - - n - - smtp\n';
  const behind = `${all}25 inet n - n - - postscreen\n`;
  const three = ['smtp/inet', 'smtpd/pass', 'x/unix'];
  test.each<[string, string, readonly string[]]>([
    [all, '', three],
    [all, 'inet', ['smtpd/pass', 'x/unix']],
    [all, 'smtp/inet', ['smtpd/pass', 'x/unix']],
    [all, 'smtp.inet, x/unix', ['smtpd/pass']],
    [all, 'smtp', three],
    [all, 'unix', ['smtp/inet', 'smtpd/pass']],
    [all, '!smtp/inet, inet', three],
    [all, '!smtp/inet, inet, pass, unix', ['smtp/inet']],
    [all, 'inet, !smtp/inet', ['smtpd/pass', 'x/unix']],
    [all, '!!SMTP/inet', ['smtpd/pass', 'x/unix']],
    [all, '!pass', three],
    // postscreen hands connections to the services of type pass.
    [behind, 'inet', ['x/unix']],
    [behind, '!25/inet, inet', ['smtpd/pass', 'x/unix']],
    [behind, '25/inet', ['smtp/inet', 'x/unix']],
    [behind, '', three],
  ])('%# without %j', (master, disabled, expected) => expect(names(master, disabled)).toEqual(expected));
});

test('a parameter is set where the service has it from', () => {
  const service = serviceOf(`${smtp} -o smtpd_tls_auth_only=no`);
  expect(service.set('smtpd_tls_auth_only', 'yes')).toEqual({
    kind: 'override',
    service: 'smtp/inet',
    name: 'smtpd_tls_auth_only',
    value: 'yes',
  });
  expect(service.set('mynetworks', '127.0.0.1')).toEqual({ kind: 'set', name: 'mynetworks', value: '127.0.0.1' });
  expect(service.withoutOverride('a')).toEqual({ kind: 'remove override', service: 'smtp/inet', name: 'a' });
});

test.each([
  ['2.2.12', 'dovecot', 'cyrus', true],
  ['2.3.0', 'Dovecot', 'dovecot', false],
  ['3.7.11', 'cyrus', 'cyrus', true],
])('with %s the SASL type %s is %s, and has smtpd.conf: %s', (version, value, type, hasConfig) => {
  const service = serviceOf(smtp, { smtpd_sasl_type: value }, version);
  expect([service.saslType, service.saslConfig !== undefined]).toEqual([type, hasConfig]);
});
