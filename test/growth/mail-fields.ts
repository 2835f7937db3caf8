import { Jks2PemError } from '../../src/errors.js';
import { ReplyReader } from '../../src/probe/reply-reader.js';
import { bundle, bundlePath, examine } from '../postfix/sound-installation.js';
import { type Field, field, times } from './field.js';

/** A server's replies, in one piece and octet by octet. */
function readReplies(text: string): () => void {
  const bytes = Buffer.from(text, 'latin1');
  return () => {
    for (const step of [bytes.length, 1]) {
      const reader = new ReplyReader();
      try {
        for (let at = 0; at < bytes.length; at += step) reader.add(bytes.subarray(at, at + step));
        while (reader.take());
      } catch (error) {
        // Replies beyond the limits are refused.
        if (!(error instanceof Jks2PemError)) throw error;
      }
    }
  };
}

const replies: Readonly<Record<string, (size: number) => string>> = {
  'lines of a reply': (size) => '250-SIZE\r\n'.repeat(size),
  replies: (size) => '250 OK\r\n'.repeat(size),
  'length of a line': (size) => `250 ${'a'.repeat(size)}\r\n`,
  'blanks in a line': (size) => `250 ${' '.repeat(size)}a\r\n`,
  'carriage returns': (size) => `250 ${'\r'.repeat(size)}a\n`,
  'a line without an end': (size) => 'a'.repeat(size),
  'empty lines': (size) => '\n'.repeat(size),
};

const list = (size: number, word: (i: number) => string) => times(size, word).join(', ');

/** main.cf as `postconf -n` prints it, one parameter changed. */
const parameters: Readonly<Record<string, (size: number) => Readonly<Record<string, string>>>> = {
  'length of a value': (size) => ({ mydomain: 'a'.repeat(size) }),
  'blanks in a value': (size) => ({ mydomain: `a${' '.repeat(size)}a` }),
  'parameters nobody uses': (size) => Object.fromEntries(times(size / 8, (i) => [`parameter_${i}`, 'a'])),
  mynetworks: (size) => ({ mynetworks: list(size / 16, (i) => `10.${(i >> 8) & 255}.${i & 255}.0/24`) }),
  'mynetworks, all the same': (size) => ({ mynetworks: list(size / 16, () => '0.0.0.0/0') }),
  mydestination: (size) => ({ mydestination: list(size / 8, (i) => `d${i}.example`) }),
  'relay domains': (size) => ({ relay_domains: list(size / 8, (i) => `d${i}.example`) }),
  restrictions: (size) => ({ smtpd_relay_restrictions: list(size / 16, (i) => `check_client_access hash:/etc/${i}`) }),
  'restrictions, all the same': (size) => ({
    smtpd_recipient_restrictions: list(size / 16, () => 'permit_mynetworks'),
  }),
  'restriction classes': (size) => ({
    smtpd_restriction_classes: list(size / 32, (i) => `c${i}`),
    ...Object.fromEntries(times(size / 32, (i) => [`c${i}`, 'permit'])),
    smtpd_relay_restrictions: list(size / 32, (i) => `c${i}`),
  }),
  'restriction classes that name each other': (size) => ({
    smtpd_restriction_classes: 'a, b, c',
    a: list(size / 32, () => 'b'),
    b: list(size / 32, () => 'c'),
    c: list(size / 32, () => 'reject_unlisted_recipient'),
    smtpd_relay_restrictions: 'a, reject_unauth_destination',
  }),
  'relay domains that are local': (size) => ({
    mydestination: list(size / 8, (i) => `d${i}.example`),
    relay_domains: list(size / 8, (i) => `d${i}.example`),
  }),
  comments: (size) => Object.fromEntries(times(size / 16, (i) => [`parameter_${i}`, 'yes # comment'])),
  'braces inside each other': (size) => ({ mydomain: '${a?{'.repeat(size / 8) }),
  'braces one after the other': (size) => ({ mydomain: `$\{mydomain?{a}:{b}}`.repeat(size / 16) }),
  'references to a parameter': (size) => ({ mydestination: '$myhostname, '.repeat(size / 16) }),
  'dollar signs': (size) => ({ mydomain: '$'.repeat(size) }),
  'chain files': (size) => ({ smtpd_tls_chain_files: list(size / 64, (i) => `/etc/postfix/${i}.pem`) }),
  'chain files, all the same': (size) => ({ smtpd_tls_chain_files: list(size / 64, () => '/etc/postfix/example.pem') }),
  protocols: (size) => ({ smtpd_tls_protocols: list(size / 8, () => '!SSLv3') }),
  ciphers: (size) => ({ smtpd_tls_exclude_ciphers: list(size / 8, (i) => `c${i}`) }),
};

const service = 'smtp inet n - n - - smtpd\n';
const faults =
  ' -o smtpd_tls_auth_only=no -o mynetworks=0.0.0.0/0 -o smtpd_relay_restrictions=permit -o smtpd_sasl_security_options=';
const masters: Readonly<Record<string, (size: number) => string>> = {
  'services of other programs': (size) => `${service}${'a unix - - n - - pipe\n'.repeat(size / 8)}`,
  'smtpd services': (size) => times(size / 64, (i) => `${1024 + i} inet n - n - - smtpd\n`).join(''),
  'smtpd services, all faulty': (size) =>
    times(size / 128, (i) => `${1024 + i} inet n - n - - smtpd${faults}\n`).join(''),
  'submission services without AUTH': (size) =>
    times(size / 64, (i) => `10.0.${i >> 8}.${i & 255}:587 inet n - n - - smtpd -o smtpd_sasl_auth_enable=no\n`).join(
      '',
    ),
  'smtpd services with a comment': (size) =>
    times(size / 64, (i) => `${1024 + i} inet n - n - - smtpd # comment\n`).join(''),
  'smtpd services with a domain each': (size) =>
    times(size / 64, (i) => `${1024 + i} inet n - n - - smtpd -o mydomain=d${i}.example\n`).join(''),
  'transports, all faulty': (size) =>
    `${service}${times(size / 32, (i) => `t${i} unix - - n - - smtp -o smtp_tls_security_level=verify\n`).join('')}`,
  'options of a service': (size) => `${service.trimEnd()}${' -o mydomain=a'.repeat(size / 16)}\n`,
  'length of an option': (size) => `${service.trimEnd()} -o mydomain=${'a'.repeat(size)}\n`,
  'blanks between fields': (size) => service.replace(' ', ' '.repeat(size)),
};

export const mailFields: readonly Field[] = [
  ...Object.entries(replies).map(([title, make]) =>
    field(`SMTP: ${title}`, 2 ** 18, (size) => readReplies(make(size))),
  ),
  ...Object.entries(parameters).map(([title, make]) =>
    field(`main.cf: ${title}`, 2 ** 16, (size) => {
      const main = make(size);
      return () => examine({ main });
    }),
  ),
  ...Object.entries(masters).map(([title, make]) =>
    field(`master.cf: ${title}`, 2 ** 14, (size) => {
      const master = make(size);
      return () => examine({ master });
    }),
  ),
  field('main.cf: misspelt parameters', 2 ** 14, (size) => {
    const text = times(size / 64, (i) => `smtpd_tls_auth_onl${i} = no\n`).join('');
    return () => examine({ bundle: { [bundlePath]: bundle, '/etc/postfix/main.cf': text } });
  }),
  field('tls_server_sni_maps: rows', 2 ** 16, (size) => {
    const rows = times(size / 16, (i) => `d${i}.example ${bundlePath}\n`).join('');
    return () =>
      examine({ main: { tls_server_sni_maps: 'hash:/names' }, bundle: { [bundlePath]: bundle, '/names': rows } });
  }),
  field('smtpd.conf: lines', 2 ** 16, (size) => {
    const saslConfig = 'mech_list: plain\n'.repeat(size / 8);
    return () => examine({ saslConfig });
  }),
  field('smtpd.conf: blanks', 2 ** 18, (size) => {
    const saslConfig = `mech_list:${' '.repeat(size)}plain\n`;
    return () => examine({ saslConfig });
  }),
];
