import { expect, test } from 'vitest';
import { summarizeServices } from '../../src/postfix/service-summary.js';
import { blocks, bundle, bundlePath, type Change, installation, now } from './sound-installation.js';

const [key = ''] = blocks;
const summary = (change: Change) => summarizeServices(installation(change), { now });
const certificate = { names: ['mail.example.com', 'smtp.example.com'], notAfter: new Date('2056-01-01T00:00:00Z') };

test('who can use each service, and how', () => {
  const master = [
    'smtp inet n - n - - smtpd -o smtpd_sasl_auth_enable=no',
    'submission inet n - n - - smtpd -o smtpd_tls_security_level=encrypt -o smtpd_sasl_type=dovecot',
    'smtps inet n - n - - smtpd -o smtpd_tls_wrappermode=yes -o smtpd_client_restrictions=permit_mynetworks,reject',
    '127.0.0.1:10025 inet n - n - - smtpd -o smtpd_tls_security_level=none -o smtpd_sasl_auth_enable=no',
    'relay unix - - n - - smtp\n',
  ].join('\n');
  expect(summary({ master })).toEqual([
    { service: 'smtp/inet', audience: 'internet', tls: 'may', certificates: [certificate] },
    { service: 'submission/inet', audience: 'internet', tls: 'encrypt', auth: 'dovecot', certificates: [certificate] },
    { service: 'smtps/inet', audience: 'networks', tls: 'wrapper', auth: 'cyrus', certificates: [certificate] },
    { service: '127.0.0.1:10025/inet', audience: 'machine', tls: 'none', certificates: [] },
  ]);
});

test('the certificate of each key, and none where there is no file or no certificate', () => {
  const certificates = (files: Change['bundle'], value = bundlePath) =>
    summary({ main: { smtpd_tls_chain_files: value }, ...(files !== undefined && { bundle: files }) })[0]?.certificates;
  expect(certificates(bundle + bundle)).toEqual([certificate, certificate]);
  expect(certificates(key)).toEqual([]);
  expect(certificates({})).toEqual([]);
});
