import { blocks, bundle, bundlePath } from '../sound-installation.js';
import { describeRules } from './rule-table.js';

const [key = '', site = '', intermediate = ''] = blocks;
const ca = { smtp_tls_CAfile: '/etc/ca.pem' };
const files = { [bundlePath]: bundle, '/etc/ca.pem': intermediate };

describeRules('outgoing mail', [
  ['no TLS at all', { main: { smtp_tls_CAfile: '/no-such.pem' } }, []],
  [
    'a CAfile that is missing',
    { main: { smtp_tls_security_level: 'secure', smtp_tls_CAfile: '/no-such.pem' } },
    ['O01 error smtp_tls_CAfile'],
  ],
  [
    'the same where TLS is optional',
    { main: { smtp_tls_security_level: 'may', smtp_tls_CAfile: '/no-such.pem' } },
    ['O01 warning smtp_tls_CAfile'],
  ],
  ['a CAfile', { main: { smtp_tls_security_level: 'secure', ...ca }, bundle: files }, []],
  ['servers are verified without a CA', { main: { smtp_tls_security_level: 'verify' } }, ['O02 error smtp_tls_CAfile']],
  ['with a directory of CAs', { main: { smtp_tls_security_level: 'verify', smtp_tls_CApath: '/etc/ssl/certs' } }, []],
  [
    'its own certificate is missing',
    { main: { smtp_tls_security_level: 'encrypt', smtp_tls_cert_file: '/no-such.pem' } },
    ['O03 error smtp_tls_cert_file'],
  ],
  [
    'a missing file of the newer parameter is passed over: mail is sent, without a certificate',
    { main: { smtp_tls_security_level: 'encrypt', smtp_tls_chain_files: '/no-such.pem' } },
    ['O03 warning smtp_tls_chain_files'],
  ],
  [
    'its certificate before its key',
    {
      main: { smtp_tls_security_level: 'encrypt', smtp_tls_chain_files: '/client.pem' },
      bundle: { ...files, '/client.pem': `${site}${key}` },
    },
    ['O03 error smtp_tls_chain_files'],
  ],
  [
    'its own key does not fit',
    {
      main: { smtp_tls_security_level: 'may', smtp_tls_chain_files: '/client.pem' },
      bundle: { ...files, '/client.pem': `${key}${intermediate}` },
    },
    ['O03 warning smtp_tls_chain_files'],
  ],
  [
    'its own certificate',
    {
      main: { smtp_tls_security_level: 'may', smtp_tls_cert_file: '/client.pem' },
      bundle: { ...files, '/client.pem': `${site}${key}` },
    },
    [],
  ],
  [
    'no protocol is left',
    { main: { smtp_tls_security_level: 'encrypt', smtp_tls_mandatory_protocols: 'TLSv1.1' } },
    ['O04 error smtp_tls_mandatory_protocols'],
    'smtp_tls_mandatory_protocols = >=TLSv1.2',
  ],
  [
    'the same where TLS is optional, and another list counts',
    { main: { smtp_tls_security_level: 'may', smtp_tls_mandatory_protocols: 'TLSv1.1' } },
    [],
  ],
  [
    'DANE without DNSSEC',
    { main: { smtp_tls_security_level: 'dane' } },
    ['O05 warning smtp_dns_support_level'],
    'smtp_dns_support_level = dnssec',
  ],
  [
    'DANE alone without DNSSEC',
    { main: { smtp_tls_security_level: 'dane-only' } },
    ['O05 error smtp_dns_support_level'],
  ],
  ['DANE', { main: { smtp_tls_security_level: 'dane', smtp_dns_support_level: 'dnssec' } }, []],
  [
    'wrapper mode without mandatory TLS',
    { main: { smtp_tls_security_level: 'may', smtp_tls_wrappermode: 'yes' } },
    ['O06 error smtp_tls_wrappermode'],
    'smtp_tls_security_level = encrypt',
  ],
  ['wrapper mode', { main: { smtp_tls_security_level: 'encrypt', smtp_tls_wrappermode: 'yes' } }, []],
  [
    'one client of master.cf',
    { master: (sound) => `${sound}strict unix - - n - - smtp -o smtp_tls_security_level=verify\n` },
    ['O02 error smtp_tls_CAfile'],
  ],
]);
