import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputOf } from './tool.js';

/** A certification authority of one evening: a root, and sites whose keystores keytool makes. */
export class CertificateAuthority {
  constructor(private readonly folder: string) {
    this.#make('root', [
      '-x509',
      '-subj',
      '/CN=Renewal Root',
      '-days',
      '30',
      '-addext',
      'keyUsage=critical,keyCertSign',
    ]);
  }

  get root(): string {
    return join(this.folder, 'root.pem');
  }

  /** A new key and certificate for mail.example.com as a JKS keystore, as a renewal leaves it. */
  issue(keystore: string, password: string): void {
    this.#make('site', ['-subj', '/CN=mail.example.com']);
    const path = (name: string) => join(this.folder, name);
    writeFileSync(path('site.ext'), 'subjectAltName=DNS:mail.example.com\nbasicConstraints=CA:FALSE\n');
    const signing = [
      '-CA',
      this.root,
      '-CAkey',
      path('root.key'),
      '-CAcreateserial',
      '-days',
      '20',
      '-extfile',
      path('site.ext'),
    ];
    outputOf('openssl', ['x509', '-req', '-in', path('site.pem'), ...signing, '-out', path('signed.pem')]);
    const store = ['-name', 'tomcat', '-passout', `pass:${password}`, '-out', path('site.p12')];
    outputOf('openssl', ['pkcs12', '-export', '-inkey', path('site.key'), '-in', path('signed.pem'), ...store]);
    rmSync(keystore, { force: true });
    const passwords = ['-srcstorepass', password, '-deststorepass', password, '-destkeypass', password];
    const types = ['-srcstoretype', 'PKCS12', '-deststoretype', 'JKS'];
    outputOf('keytool', [
      '-importkeystore',
      '-noprompt',
      '-srckeystore',
      path('site.p12'),
      '-destkeystore',
      keystore,
      ...types,
      ...passwords,
    ]);
  }

  /** A key, and a request or certificate for it. */
  #make(name: string, options: readonly string[]): void {
    const path = (ending: string) => join(this.folder, `${name}.${ending}`);
    outputOf('openssl', [
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      path('key'),
      '-out',
      path('pem'),
      ...options,
    ]);
  }
}
