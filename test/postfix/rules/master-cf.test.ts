import { bundlePath, type Change } from '../sound-installation.js';
import { describeRules } from './rule-table.js';

const main = (name: string, value: string | undefined): Change => ({ main: { [name]: value } });
const legacy = { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: bundlePath };

describeRules('master.cf', [
  [
    'no tlsmgr',
    { master: (sound) => sound.replace(/^tlsmgr/m, '#tlsmgr') },
    ['M01 error tlsmgr'],
    'tlsmgr unix - - n 1000? 1 tlsmgr',
  ],
  [
    'one port without protection',
    { overrides: 'smtp/inet/smtpd_tls_auth_only = no\n' },
    ['A01 error smtpd_tls_auth_only @ smtp/inet', 'M02 warning smtpd_tls_auth_only @ smtp/inet'],
    "postconf -P 'smtp/inet/smtpd_tls_auth_only = yes'",
  ],
  [
    'one port with less',
    { main: { smtpd_tls_security_level: 'encrypt' }, overrides: 'smtp/inet/smtpd_tls_security_level = may\n' },
    ['M02 warning smtpd_tls_security_level @ smtp/inet'],
    'postconf -PX smtp/inet/smtpd_tls_security_level',
  ],
  [
    'a log without its writer',
    { ...main('maillog_file', '/var/log/mail.log'), master: (sound) => sound.replace(/^postlog.*\n/m, '') },
    ['M03 error maillog_file'],
    'postlog unix-dgram n - n - 1 postlogd',
  ],
  [
    'a log without its writer before 3.4',
    {
      version: '3.3.0',
      main: { ...legacy, maillog_file: '/x' },
      master: (sound) => sound.replace(/^postlog.*\n/m, ''),
    },
    [],
  ],
  ['only port 25', { master: (sound) => sound.replace(/^submission.*\n/m, '') }, ['M04 info submission']],
]);
