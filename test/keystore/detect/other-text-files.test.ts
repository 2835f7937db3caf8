import { describe, expect, test } from 'vitest';
import { describeTextFile } from '../../../src/keystore/detect/other-text-files.js';

const age = "encrypted with age; decrypt it with 'age -d -o keystore FILE'";
const gpg = "encrypted with OpenPGP; decrypt it with 'gpg -d FILE > keystore'";
const sshPublic = 'an SSH public key';
const jwk = 'a JSON Web Key';
const damagedPfx = 'PEM of a PKCS#12 file that is cut short or damaged';
const token = 'the configuration of a PKCS#11 token; keys in a token or HSM cannot be exported';
const hexadecimal = (what: string) => `${what} in hexadecimal; convert it with 'xxd -r -p FILE > keystore'`;
const dump = "a hexadecimal dump; convert one of xxd with 'xxd -r FILE > keystore'";
const json = "JSON; take a keystore in base64 out of it with jq -r '.FIELD' FILE | base64 -d > keystore";
const page = 'HTML or XML, perhaps an error page that was downloaded instead of the file';
const pem = (...labels: readonly string[]) => labels.map((label) => `-----BEGIN ${label}-----\n`).join('');
const secret = (kind: string, form: string, tool: string, field: string, name: string) =>
  `a Kubernetes ${kind} in ${form}; take the keystore out with ${tool} -r '.${field}["${name}"]' FILE | base64 -d > keystore`;
const wrapped = (product: string, path: string) =>
  `JSON of ${product}; take the keystore out with jq -r '${path}' FILE | base64 -d > keystore`;
const withPem = (product: string, paths: string) =>
  `JSON${product} with PEM in it; take it out with jq -r '${paths}' FILE`;
const tlsSecret = (kind: string) =>
  `a Kubernetes ${kind} with key and certificate as PEM; kubectl get secret NAME -o jsonpath='{.data.tls\\.key}' | base64 -d prints the key, tls\\.crt the certificates`;

test.each([
  [
    'version https://git-lfs.github.com/spec/v1\n',
    "a Git LFS pointer instead of the file; get the file with 'git lfs pull'",
  ],
  [
    '$ANSIBLE_VAULT;1.1;AES256\n',
    "encrypted with Ansible Vault; decrypt it with 'ansible-vault decrypt --output keystore FILE'",
  ],
  ['age-encryption.org/v1\n', age],
  ['a: ENC[AES256_GCM,data:x]', "encrypted with SOPS; decrypt it with 'sops -d FILE > keystore'"],
  ['PuTTY-User-Key-File-3: x', "a private key of PuTTY; convert it with 'puttygen FILE -O private-openssh-new -o KEY'"],
  ['ssh-rsa AAAAB3', sshPublic],
  ['ecdsa-sha2-nistp256 AAAAE2', sshPublic],
  ['ssh-rsa BBBB', undefined],
  ['x ssh-rsa AAAAB3', undefined],
  ['---- BEGIN SSH2 PUBLIC KEY ----', 'an SSH public key (RFC 4716)'],
  ['name = Token\nlibrary = /usr/lib/x.so\n', token],
  ['# comment\nname=Token\nslot=1\nlibrary=/usr/lib/x.so\n', token],
  ['name = Token\nslot = 1\n', undefined],
  ['the library = x\nname = Token\n', undefined],
  // The bounds of the pattern, which keep the search linear.
  [`name${' '.repeat(9)}=${'x'.repeat(200)}\n${'x'.repeat(499)}\nlibrary${' '.repeat(9)}=`, token],
  [`name${' '.repeat(10)}=x\nlibrary=`, undefined],
  [`name=${'x'.repeat(201)}\nlibrary=`, undefined],
  [`name=x\n${'x'.repeat(500)}\nlibrary=`, undefined],
  [`name=x\nlibrary${' '.repeat(10)}=`, undefined],
  ['name=\nlibrary=', undefined],
  ['xname=x\nlibrary=', undefined],
  ['name=x\nmylibrary=', undefined],
  ['{"kty": "RSA"}', jwk],
  ['[{"kty":"EC"}]', jwk],
  ['{ "keys" : [', jwk],
  ['<!DOCTYPE html>', page],
  ['\n\u00ef\u00bb\u00bfx', undefined],
  ['\n\u00ef\u00bb\u00bf<html>', undefined],
  ['\u00ef\u00bb\u00bf  <?xml', page],
  ['a <b>', undefined],
  ['hello', undefined],
  ['', undefined],
])('%j', (text, expected) => expect(describeTextFile(text)).toBe(expected));

describe('PEM', () => {
  test.each([
    [pem('PKCS12'), damagedPfx],
    [pem('PFX'), damagedPfx],
    [pem('PKCS12 X'), 'PEM already: PKCS12 X'],
    [pem('X PFX'), 'PEM already: X PFX'],
    [pem('OPENSSH PRIVATE KEY'), 'an SSH private key in the format of OpenSSH, which has no certificate'],
    [pem('OPENSSH PRIVATE KEY X'), 'PEM already: OPENSSH PRIVATE KEY X'],
    [pem('X OPENSSH PRIVATE KEY'), 'PEM already: X OPENSSH PRIVATE KEY'],
    [pem('PGP MESSAGE'), gpg],
    [pem('PGP MESSAGE X'), 'an OpenPGP key or signature'],
    [pem('PGP PUBLIC KEY BLOCK'), 'an OpenPGP key or signature'],
    [pem('X PGP MESSAGE'), 'PEM already: X PGP MESSAGE'],
    [pem('AGE ENCRYPTED FILE'), age],
    [pem('AGE ENCRYPTED FILE X'), 'PEM already: AGE ENCRYPTED FILE X'],
    [pem('X AGE ENCRYPTED FILE'), 'PEM already: X AGE ENCRYPTED FILE'],
    [pem('CERTIFICATE', 'PRIVATE KEY', 'CERTIFICATE'), 'PEM already: CERTIFICATE, PRIVATE KEY'],
    [`subject=x\n${pem('CERTIFICATE')}`, 'PEM already: CERTIFICATE'],
    [`x${pem('CERTIFICATE')}`, undefined],
    [pem('A'.repeat(40)), `PEM already: ${'A'.repeat(40)}`],
    [pem('A'.repeat(41)), undefined],
  ])('%j', (text, expected) => expect(describeTextFile(text)).toBe(expected));
});

describe('hexadecimal', () => {
  test.each([
    ['32 digits', 'ab'.repeat(16), hexadecimal('text')],
    ['31 digits', `${'ab'.repeat(15)}a`, undefined],
    ['a JKS', `feedfeed00000002${'00'.repeat(8)}`, hexadecimal('a JKS keystore')],
    [
      'a JKS with 0x, colons and line ends',
      `0xFE:ED:FE:ED:00:00:00:02\n${'00 '.repeat(8)}\n`,
      hexadecimal('a JKS keystore'),
    ],
    ['something before it', `x ${'ab'.repeat(16)}`, undefined],
    ['a JKS without 0x, but with it inside', `feedfeed${'00'.repeat(11)}0x00`, undefined],
    ['something behind it', `${'ab'.repeat(16)}\nxyz`, undefined],
    ['a dump of xxd', '00000000: feed feed', dump],
    ['a dump of hexdump -C', '00000000  fe ed fe ed |....|', dump],
    ['a dump of od', '0000000 feed feed |', dump],
    ['six zeros', '000000 feed |', undefined],
    ['no dump', '00000000 xx', undefined],
    ['no dump, but half an octet', '00000000 0x', undefined],
    ['not at its beginning', 'x 00000000: feed |', undefined],
  ])('%s', (_, text, expected) => expect(describeTextFile(text)).toBe(expected));
});

describe('secrets', () => {
  test.each([
    ['kind: SealedSecret\n', 'a Kubernetes SealedSecret in YAML, which only its cluster can decrypt'],
    ['kind: Secret\ndata:\n  mail.p12: x\n', secret('Secret', 'YAML', 'yq', 'data', 'mail.p12')],
    ['kind: Secret\ndata:\n  "my-truststore.bin": x\n', secret('Secret', 'YAML', 'yq', 'data', 'my-truststore.bin')],
    ['kind: Secret\ndata:\n  other: x\n', secret('Secret', 'YAML', 'yq', 'data', 'keystore.jks')],
    ['kind: ConfigMap\ndata:\n  a.jks: x\n', secret('ConfigMap', 'YAML', 'yq', 'binaryData', 'a.jks')],
    ['{\n "kind": "Secret",\n "data": {\n  "a.pfx": "x"}}', secret('Secret', 'JSON', 'jq', 'data', 'a.pfx')],
    ['kind: List\n', secret('List', 'YAML', 'yq', 'data', 'keystore.jks')],
    ['kind: Secret\ndata:\n  tls.key: x\n', tlsSecret('Secret')],
    ['kind: Secret\ndata:\n  tls.key : x\n', tlsSecret('Secret')],
    ['kind: Secret\ndata:\n  tls.key: x\n  a.jks: x\n', secret('Secret', 'YAML', 'yq', 'data', 'a.jks')],
    ['kind: Secret\ntls.key: x\n', secret('Secret', 'YAML', 'yq', 'data', 'keystore.jks')],
    [`kind: Secret\ndata:\n${' '.repeat(20)}a.jks : x\n`, secret('Secret', 'YAML', 'yq', 'data', 'a.jks')],
    [`kind: Secret\ndata:\n${' '.repeat(21)}a.jks: x\n`, secret('Secret', 'YAML', 'yq', 'data', 'keystore.jks')],
    ['kind: Secret\ndata:\na.jks: x\n', secret('Secret', 'YAML', 'yq', 'data', 'keystore.jks')],
    ['kind: Secret\ndata:\n  a.jks\n', secret('Secret', 'YAML', 'yq', 'data', 'keystore.jks')],
    ['kind: SecretList\n', undefined],
    [
      `${' '.repeat(19)}x\n${' '.repeat(20)}kind${' '.repeat(5)}:${' '.repeat(5)}Secret`,
      secret('Secret', 'YAML', 'yq', 'data', 'keystore.jks'),
    ],
    [`x\n${' '.repeat(21)}kind: Secret`, undefined],
    [`x\nkind:${' '.repeat(6)}Secret`, undefined],
    ['kind: Secrets\n', undefined],
    ['kind: Pod\n', undefined],
    ['the kind: Secret\n', undefined],
    ['{"SecretBinary": "x"}', wrapped('AWS Secrets Manager', '.SecretBinary')],
    ['{"SecretString": "x"}', wrapped('AWS Secrets Manager', '.SecretString')],
    ['{"payload": {}}', wrapped('Google Secret Manager', '.payload.data')],
    ['{"value": "x"}', wrapped('Azure Key Vault', '.value')],
    ['{"other": "x"}', json],
    ['["x"]', json],
    ['x {"value": "x"}', undefined],
    [
      '{"CertificateChain": "-----BEGIN C"}',
      withPem(' of AWS Certificate Manager', '.PrivateKey, .Certificate, .CertificateChain'),
    ],
    ...['ca_chain', 'issuing_ca'].map((name): [string, string] => [
      `{"${name}": "-----BEGIN C"}`,
      withPem(' of HashiCorp Vault', '.data.private_key, .data.certificate, (.data.ca_chain // [])[]'),
    ]),
    ['{"x": "-----BEGIN C"}', withPem('', '.FIELD')],
  ])('%j', (text, expected) => expect(describeTextFile(text)).toBe(expected));
});

describe('a keystore domain', () => {
  const domain = (uris: string) =>
    `the configuration of a DKS keystore domain; convert the keystores that it names: ${uris}`;
  test.each([
    ['domain a {\n keystore x keystoreURI="file:a.jks";\n};', domain('file:a.jks')],
    ['// comment\n\t domain\ta.b-1 option="x" {', domain('none')],
    [
      `domain a {${Array.from({ length: 21 }, (_, i) => ` keystoreURI = "${i}"`).join('')}`,
      domain(Array.from({ length: 20 }, (_, i) => `${i}`).join(', ')),
    ],
    ['domain   a {', domain('none')],
    ['domain a', undefined],
    ['domain {', undefined],
    ['x domain a {', undefined],
  ])('%j', (text, expected) => expect(describeTextFile(text)).toBe(expected));
});
