import { describe, expect, it } from 'vitest';
import { Jks2PemError } from '../../../src/errors.js';
import { detectStoreType } from '../../../src/keystore/detect/detect.js';
import { loadKeyStore } from '../../../src/keystore/load.js';
import { expectation, fixture, fixturesOfType } from '../../fixtures.js';
import { processorTime } from '../../processor-time.js';

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const error = async (bytes: Uint8Array) => {
  const thrown = await loadKeyStore(bytes).catch((reason: unknown) => reason);
  return thrown instanceof Jks2PemError ? thrown : expect.fail(String(thrown));
};

describe.each(fixturesOfType('JKS', 'JCEKS', 'PKCS12'))('%s', (path) => {
  const { type } = expectation(path);

  it('is known by its content', () => expect(detectStoreType(fixture(path))).toBe(type));

  it('is known when cut short', () => expect(detectStoreType(fixture(path).subarray(0, 12))).toBe(type));

  it('is known as base64', () => {
    const text = Buffer.from(fixture(path)).toString('base64');
    expect(detectStoreType(latin1(text))).toBe(type);
    expect(detectStoreType(latin1(`\n${text.replace(/.{76}/g, '$&\r\n')}\n`))).toBe(type);
  });
});

describe('a keystore as text', () => {
  it.each([
    ['jks/rsa-2048.jks', 'base64'],
    ['tomcat.p12', 'base64'],
    ['jceks/keys-jdk17.jceks', 'base64url'],
  ] as const)('%s in %s loads', async (path, encoding) => {
    const { storePass = '' } = expectation(path);
    const text = Buffer.from(fixture(path)).toString(encoding);
    const store = await loadKeyStore(latin1(`${text}\n`), { storePass });
    expect(store.integrity).toBe('verified');
  });

  const wrapped = (wrap: (base64: string, bytes: Buffer) => string | Buffer) =>
    ['jks/rsa-2048.jks', 'tomcat.p12'].map((path): [string, Uint8Array] => {
      const bytes = Buffer.from(fixture(path));
      return [path, new Uint8Array(Buffer.from(wrap(bytes.toString('base64'), bytes) as string))];
    });

  it.each<[string, (base64: string, bytes: Buffer) => string | Buffer]>([
    [
      "certutil's PEM",
      (text) => `-----BEGIN CERTIFICATE-----\r\n${text.replace(/.{64}/g, '$&\r\n')}\r\n-----END CERTIFICATE-----\r\n`,
    ],
    ['base64 twice', (text) => Buffer.from(text).toString('base64')],
    [
      'base64 with line ends twice',
      (text) => Buffer.from(text.replace(/.{76}/g, '$&\n')).toString('base64').replace(/.{76}/g, '$&\n'),
    ],
    ['UTF-16 with a byte order mark', (text) => Buffer.from(`\ufeff${text}\r\n`, 'utf16le')],
    ['UTF-16 without one', (text) => Buffer.from(text, 'utf16le')],
    ['big-endian UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['a byte order mark', (text) => `\ufeff${text}`],
    ['double quotation marks', (text) => `"${text}"\n`],
    ['single quotation marks', (text) => `'${text}'`],
    ['a JSON string', (text) => JSON.stringify(text.replace(/.{76}/g, '$&\n'))],
    [
      'PEM below explanatory text',
      (text) => `Bag Attributes\n  friendlyName: mail\n-----BEGIN PKCS12-----\n${text}\n-----END PKCS12-----\n`,
    ],
    ['an environment file', (text) => `export KEYSTORE="${text}"\n`],
    ['a line of YAML', (text) => `keystore.p12: ${text}\n`],
    ['a line of YAML with aligned values', (text) => `keystore.p12:    ${text}\n`],
    ['a block of YAML', (text) => `keystore.p12: |\n  ${text.replace(/.{76}/g, '$&\n  ')}\n`],
    ['a data: URL', (text) => `data:application/x-pkcs12;base64,${text}`],
    ['a data: URL in quotation marks in UTF-16', (text) => Buffer.from(`"data:;base64,${text}"`, 'utf16le')],
    ['a data: URL in capitals', (text) => `DATA:;BASE64,${text}`],
    ['a JSON string with CR, LF and tabs', (text) => `"${text.replace(/.{76}/g, '$&\\r\\n\\t')}"`],
    ['a JSON string with escaped slashes', (text) => `"${text.replaceAll('/', '\\/')}"`],
    ['a block of YAML without its last line end', (text) => `keystore.p12: |-\n  ${text}`],
    ['a folded block of YAML', (text) => `keystore.p12: >\n  ${text.replace(/.{76}/g, '$&\n  ')}\n`],
    ['base64 between tabs and form feeds', (text) => `\t\f${text}\v\r\n`],
    [
      'PEM below 4,000 characters of text',
      (text) => `${'x'.repeat(4_000)}\n-----BEGIN X-----\n${text}\n-----END X-----\n`,
    ],
    ['PEM in base64', (text) => Buffer.from(`-----BEGIN X-----\n${text}\n-----END X-----\n`).toString('base64')],
  ])('in %s loads', async (_, wrap) => {
    for (const [path, bytes] of wrapped(wrap)) {
      const { type, storePass = '' } = expectation(path);
      expect(detectStoreType(bytes)).toBe(type);
      expect((await loadKeyStore(bytes, { storePass })).integrity).toBe('verified');
    }
  });

  it('is looked for below four wrappings, and not below five', () => {
    let bytes = Buffer.from(fixture('jks/rsa-2048.jks'));
    for (let depth = 1; depth <= 5; depth++) {
      bytes = Buffer.from(bytes.toString('base64'));
      expect(detectStoreType(new Uint8Array(bytes))).toBe(depth <= 4 ? 'JKS' : undefined);
    }
  });

  it('is not looked for below more than 4,096 characters of text', () => {
    const text = Buffer.from(fixture('tomcat.keystore')).toString('base64');
    expect(
      detectStoreType(latin1(`${'x'.repeat(4_096)}\n-----BEGIN X-----\n${text}\n-----END X-----\n`)),
    ).toBeUndefined();
  });

  it('is not looked for in quotation marks that differ, or in half of them', () => {
    const text = Buffer.from(fixture('tomcat.keystore')).toString('base64');
    for (const quoted of [`"${text}'`, `"${text}`, `${text}"`, '"', '""', "'"])
      expect(detectStoreType(latin1(quoted))).toBeUndefined();
  });

  it('has its padding at its end', () => {
    const text = Buffer.from(fixture('tomcat.keystore')).toString('base64');
    expect(detectStoreType(latin1(`${text}=\n`))).toBe('JKS');
    expect(detectStoreType(latin1(`${text}=A`))).toBeUndefined();
    expect(detectStoreType(latin1(`${text}!`))).toBeUndefined();
  });

  it.each(['PKCS12', 'PFX'])('loads from PEM that says %s', async (label) => {
    const text = Buffer.from(fixture('tomcat.p12')).toString('base64').replace(/.{64}/g, '$&\n');
    const pem = latin1(`-----BEGIN ${label}-----\n${text}\n-----END ${label}-----\n`);
    expect(detectStoreType(pem)).toBe('PKCS12');
    const store = await loadKeyStore(pem, { storePass: expectation('tomcat.p12').storePass ?? '' });
    expect(store.type).toBe('PKCS12');
    expect(detectStoreType(pem.subarray(0, 200))).toBeUndefined();
  });
});

describe('what is no keystore is called by its name:', () => {
  it.each([
    ['bundle.pem', /PEM already: PRIVATE KEY, CERTIFICATE/],
    ['certificate.der', /a certificate in DER form/],
    ['certificates.p7b', /PKCS#7 bundle/],
    ['domain.dks', /DKS keystore domain.*file:tomcat\.keystore/],
    ['pkcs1.der', /RSA private key in PKCS#1 form/],
    ['pkcs8.der', /private key in PKCS#8 form, not encrypted/],
    ['pkcs8-encrypted.der', /encrypted private key in PKCS#8 form/],
    ['request.der', /certificate request/],
    ['text.txt', /neither JKS, JCEKS, PKCS12/],
  ])('%s', async (name, message) => {
    const bytes = fixture(`not-keystores/${name}`);
    expect(detectStoreType(bytes)).toBeUndefined();
    expect(await error(bytes)).toMatchObject({
      code: 'ERR_STORE_UNSUPPORTED',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['an Oracle wallet', '\xa1\xf8\x4e\x36rest', /cwallet\.sso/],
    ["NSS's database", 'SQLite format 3\0rest', /pk12util/],
    ['an archive', 'PK\x03\x04rest', /ZIP or JAR archive; 'unzip -l/],
    ['gzip', '\x1f\x8brest', /gunzip -c FILE/],
    ['bzip2', 'BZh91AY', /bunzip2/],
    ['xz', '\xfd7zXZ\0', /unxz/],
    ['zstd', '\x28\xb5\x2f\xfdrest', /unzstd/],
    ['7-Zip', '7z\xbc\xaf\x27\x1crest', /7z x FILE/],
    ['tar', `${'leaf.jks'.padEnd(257, '\0')}ustar\x0000`, /tar -tf FILE.*tar -xf FILE/],
    ['git-crypt', '\0GITCRYPT\0rest', /git-crypt unlock/],
    ['Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n', /Git LFS pointer.*git lfs pull/],
    ['Ansible Vault', '$ANSIBLE_VAULT;1.1;AES256\n33363431\n', /ansible-vault decrypt/],
    ['SOPS', '{"data": "ENC[AES256_GCM,data:x,iv:y]", "sops": {}}', /sops -d FILE/],
    ['age', 'age-encryption.org/v1\n-> X25519 x', /age -d/],
    ['openssl enc', 'Salted__12345678rest', /openssl enc -d/],
    [
      'openssl enc in base64',
      `${Buffer.from('Salted__12345678 and the rest').toString('base64')}\n`,
      /text that contains.*openssl enc -d/,
    ],
    ['OpenPGP', '\x8c\x0d\x04\x09rest', /gpg -d FILE/],
    ['OpenPGP as text', '-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n', /gpg -d FILE/],
    ['an SSH key', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n', /SSH private key/],
    ['an SSH public key', 'ssh-ed25519 AAAAC3Nz user@host', /SSH public key/],
    ['the store of Elasticsearch', '\x3f\xd7\x6c\x17\x16elasticsearch.keystore\0\0', /elasticsearch\.keystore/],
    ["Windows' certificate store", '\0\0\0\0CERTrest', /\.sst/],
    ['a JSON Web Key', '{"kty": "RSA"}', /JSON Web Key/],
    ['hexadecimal', `feedfeed 00000002\n${'00'.repeat(60)}\n`, /a JKS keystore in hexadecimal.*xxd -r -p FILE/],
    ['hexadecimal with colons', `${'fe:ed:fe:ed:'.repeat(20)}00`, /in hexadecimal/],
    ['a dump of xxd', '00000000: feed feed 0000 0002  ........', /hexadecimal dump.*xxd -r FILE/],
    [
      'a Kubernetes Secret',
      'apiVersion: v1\nkind: Secret\ndata:\n  mail.p12: MIIabc\n',
      /Kubernetes Secret in YAML.*yq -r '\.data\["mail\.p12"\]' FILE \| base64 -d/,
    ],
    [
      'a Secret in JSON',
      '{\n "kind": "Secret",\n "data": {\n  "x.jks": "abc"\n }}',
      /Secret in JSON.*jq -r '\.data\["x\.jks"\]'/,
    ],
    [
      'Azure Key Vault',
      '{ "id": "https://x.vault.azure.net/secrets/a", "value": "MIIabc" }',
      /Azure Key Vault.*jq -r '\.value'/,
    ],
    ['AWS', '{ "ARN": "arn:aws:x", "SecretBinary": "MIIabc" }', /AWS Secrets Manager.*SecretBinary/],
    ['other JSON', '[{ "a": 1 }]', /JSON; take a keystore/],
    ['an error page', '\n<!DOCTYPE html><title>404</title>', /downloaded/],
    ['PuTTY', 'PuTTY-User-Key-File-2: ssh-rsa', /PuTTY/],
  ])('%s', async (_, text, message) => {
    expect(await error(latin1(text))).toMatchObject({
      code: 'ERR_STORE_UNSUPPORTED',
      message: expect.stringMatching(message),
    });
  });

  it('an empty file', async () => {
    expect(await error(fixture('not-keystores/empty'))).toMatchObject({
      code: 'ERR_STORE_UNSUPPORTED',
      message: expect.stringMatching(/empty/),
    });
  });

  it('a JKS and a PKCS#12 after a copy as UTF-8 text', async () => {
    const p12 = Buffer.from(Buffer.from(fixture('tomcat.p12')).toString('utf8'), 'utf8');
    for (const bytes of [fixture('not-keystores/jks-through-utf8.jks'), new Uint8Array(p12)]) {
      expect(await error(bytes)).toMatchObject({
        code: 'ERR_STORE_MALFORMED',
        message: expect.stringMatching(/read as UTF-8 text.*cannot be undone/),
      });
    }
  });

  it.each([
    ['line ends', `!${'\n'.repeat(65_000)}`],
    ['spaces', `\n${' '.repeat(65_000)}`],
    ['domains', '\ndomain a'.repeat(7_000)],
    ['domains of long names', `\ndomain a${'b'.repeat(190)}`.repeat(330)],
    ['places of keystores', `domain x {${`keystoreURI${' '.repeat(3_000)}`.repeat(21)}`],
    ['words of Secrets', `{"kind": "x"\n${`  ${'keystore'.repeat(12)}\n`.repeat(650)}`],
    ['hexadecimal digits', 'ab '.repeat(21_000)],
    ['quotation marks', '"'.repeat(65_000)],
    ['marks of PEM', '-----BEGIN A-----\n'.repeat(3_500)],
  ])('64 KB of %s are searched in milliseconds', async (_, text) => {
    const thrown = async () => expect(await error(latin1(text))).toMatchObject({ code: 'ERR_STORE_UNSUPPORTED' });
    expect(await processorTime(thrown)).toBeLessThan(1_500);
  });

  it.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    ['UTF-16', (bytes) => Buffer.from(`\ufeff${bytes.toString('latin1')}`, 'utf16le'), /UTF-16, as PowerShell/],
    ['UTF-16 without a mark', (bytes) => Buffer.from(bytes.toString('latin1'), 'utf16le'), /UTF-16, as PowerShell/],
    ['big-endian UTF-16', (bytes) => Buffer.from(bytes.toString('latin1'), 'utf16le').swap16(), /UTF-16/],
    ['UTF-8 read as ISO 8859-1', (bytes) => Buffer.from(bytes.toString('latin1'), 'utf8'), /ISO 8859-1.*iconv/],
    ['UTF-8 read as UTF-8', (bytes) => Buffer.from(bytes.toString('utf8'), 'utf8'), /cannot be undone/],
    [
      'CR LF for LF',
      (bytes) => Buffer.from(bytes.toString('latin1').replace(/\n/g, '\r\n'), 'latin1'),
      /text mode, which turned each LF into CR LF/,
    ],
  ])('a JKS and a PKCS#12 after a conversion to %s', async (_, convert, message) => {
    for (const path of ['jks/rsa-2048.jks', 'tomcat.p12']) {
      const { storePass = '' } = expectation(path);
      const damaged = new Uint8Array(convert(Buffer.from(fixture(path))));
      const thrown = await loadKeyStore(damaged, { storePass }).catch((reason: unknown) => reason);
      expect(thrown).toMatchObject({ code: 'ERR_STORE_MALFORMED', message: expect.stringMatching(message) });
      expect((thrown as Error).message).toMatch(/binary mode/);
    }
  });

  it('a JKS taken for ISO 8859-1', async () => {
    const bytes = Buffer.from(Buffer.from(fixture('jks/rsa-2048.jks')).toString('latin1'), 'utf8');
    expect(await error(new Uint8Array(bytes))).toMatchObject({ code: 'ERR_STORE_MALFORMED' });
  });
});

it.each([
  [[0xfe, 0xed, 0xfe, 0xed], 'JKS'],
  [[0xce, 0xce, 0xce, 0xce], 'JCEKS'],
  [[0xfe, 0xed, 0xfe], undefined],
  [[0x30, 0x03, 0x02, 0x01, 0x03], 'PKCS12'],
  [[0x30, 0x80, 0x02, 0x01, 0x03], 'PKCS12'],
  [[0x30, 0x81, 0x80, 0x02, 0x01, 0x03], 'PKCS12'],
  [[0x30, 0x03, 0x02, 0x01, 0x02], undefined],
  [[0x30, 0x03, 0x02, 0x02, 0x03], undefined],
  [[0x31, 0x03, 0x02, 0x01, 0x03], undefined],
])('the bytes %j are the beginning of %s', (bytes, type) => {
  expect(detectStoreType(Uint8Array.from(bytes))).toBe(type);
});

it('looks at any few bytes without harm', async () => {
  for (let first = 0; first < 256; first++) {
    for (const length of [1, 2, 3, 4, 5]) {
      const bytes = new Uint8Array(length).fill(first);
      expect(await error(bytes)).toBeInstanceOf(Jks2PemError);
    }
  }
});

it.each([undefined, null, 'text', new ArrayBuffer(50), new Uint16Array(50), [0xfe, 0xed, 0xfe, 0xed]])(
  'takes no bytes but a Uint8Array: %s',
  async (bytes) => {
    await expect(loadKeyStore(bytes as unknown as Uint8Array)).rejects.toThrow(
      /^loadKeyStore: bytes must be a Uint8Array/,
    );
    expect(() => detectStoreType(bytes as unknown as Uint8Array)).toThrow(
      /^detectStoreType: bytes must be a Uint8Array/,
    );
  },
);

it('leaves the bytes it is given as they are, Buffer or not', async () => {
  for (const path of ['jks/rsa-2048.jks', 'tomcat.p12', 'jceks/keys-jdk17.jceks']) {
    const bytes = Buffer.from(fixture(path));
    const before = Buffer.from(bytes);
    const { storePass = '', keyPass = {} } = expectation(path);
    for (const entry of await loadKeyStore(bytes, { storePass })) {
      if (entry.kind === 'PrivateKeyEntry') (await entry.getPrivateKey(keyPass[entry.alias])).pkcs8.fill(0);
    }
    expect(bytes.equals(before)).toBe(true);
  }
});
