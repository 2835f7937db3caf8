import { expect, test } from 'vitest';
import type { ConversionView, NodeView, Reply, Request } from '../../page/messages.js';
import { Session } from '../../page/session.js';
import { expectation, fixture } from '../fixtures.js';

const now = new Date('2026-12-01T00:00:00Z');

async function openArticle(): Promise<{ session: Session; bytes: Uint8Array; reply: Reply }> {
  const session = new Session(() => now);
  const bytes = fixture('tomcat.keystore');
  const reply = await session.answer({ kind: 'open', bytes, password: 'my-passphrase' });
  return { session, bytes, reply };
}

const key: Request = { kind: 'convert', alias: 'tomcat', chain: 'compatible', layout: 'bundle' };

async function conversionOf(session: Session, request: Request): Promise<ConversionView> {
  const reply = await session.answer(request);
  if (reply.kind !== 'conversion') throw new Error(JSON.stringify(reply));
  return reply.conversion;
}

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('latin1');

test('what is in a keystore', async () => {
  const { reply } = await openArticle();
  expect(reply).toMatchObject({
    kind: 'store',
    store: { type: 'JKS', integrity: 'verified', hasTrusted: true, warnings: [] },
  });
  if (reply.kind !== 'store') return;
  const tomcat = reply.store.entries.find(({ alias }) => alias === 'tomcat');
  expect(tomcat).toEqual({
    alias: 'tomcat',
    kind: 'PrivateKeyEntry',
    certificateCount: 3,
    certificate: expect.objectContaining({
      title: 'mail.example.com',
      names: ['mail.example.com', 'smtp.example.com'],
      key: 'RSA 2048',
      validity: 'valid',
    }),
  });
});

test('a key and its chain, with the cross certificate in the graph', async () => {
  const { session } = await openArticle();
  const conversion = await conversionOf(session, key);
  const [file] = conversion.files;
  expect(file).toMatchObject({ name: 'tomcat.pem', certificateCount: 3, holdsKey: true });
  expect(text(file?.bytes).match(/BEGIN [A-Z ]+/g)).toEqual([
    'BEGIN PRIVATE KEY',
    'BEGIN CERTIFICATE',
    'BEGIN CERTIFICATE',
    'BEGIN CERTIFICATE',
  ]);
  const roles = (nodes: readonly NodeView[]) => nodes.map(({ role, title }) => `${role} ${title}`).sort();
  expect(roles(conversion.graph)).toEqual([
    'cross New Root CA',
    'intermediate Intermediate CA',
    'leaf mail.example.com',
    'missing Old Root CA',
    'root New Root CA',
  ]);
  expect(conversion.chain).toHaveLength(3);
  expect(conversion.anchor).toBe(conversion.graph.find(({ role }) => role === 'root')?.sha256);
});

test('the reply of the CA is added, and its chain is sent', async () => {
  const session = new Session(() => now);
  const keystore = fixture('situations/reply-never-imported.jks');
  await session.answer({ kind: 'open', bytes: keystore, password: 'changeit' });
  const request = { ...key, alias: 'mail' } as Request;
  const before = await conversionOf(session, request);
  expect(before.warnings).toMatchObject([{ code: 'WARN_LEAF_SELF_SIGNED' }]);

  const bytes = fixture('situations/reply.p7b');
  expect(await session.answer({ kind: 'add', name: 'reply.p7b', bytes })).toEqual({ kind: 'added', count: 3 });
  const { chain, files, graph, note } = await conversionOf(session, request);
  expect(note).toContain('is from an added file');
  expect(chain).toHaveLength(2);
  expect(files[0]?.certificateCount).toBe(2);
  const sent = graph.filter(({ sha256 }) => chain.includes(sha256));
  expect(sent.map(({ isStored }) => isStored)).toEqual([false, false]);

  await session.answer({ kind: 'forget' });
  expect(bytes.every((octet) => octet === 0)).toBe(true);
});

test('a file that is added and holds no certificate is told apart from a keystore', async () => {
  const { session } = await openArticle();
  const add = (bytes: Uint8Array) => session.answer({ kind: 'add', name: 'file', bytes });
  expect(await add(fixture('tomcat.p12'))).toEqual({ kind: 'keystore' });
  expect(await add(Buffer.from('hello'))).toMatchObject({
    kind: 'failure',
    failure: { code: 'ERR_STORE_UNSUPPORTED' },
  });
  expect((await conversionOf(session, key)).chain).toHaveLength(3);
});

test('four files as certbot names them', async () => {
  const { session } = await openArticle();
  const { files } = await conversionOf(session, { ...key, layout: 'certbot' } as Request);
  expect(files.map(({ name, certificateCount, holdsKey }) => [name, certificateCount, holdsKey])).toEqual([
    ['privkey.pem', 0, true],
    ['cert.pem', 1, false],
    ['chain.pem', 2, false],
    ['fullchain.pem', 3, false],
  ]);
  for (const { bytes } of files) expect(text(bytes)).toMatch(/^-----BEGIN [\s\S]*-----END [A-Z ]+-----\n$/);
});

test('the trusted certificates', async () => {
  const { session } = await openArticle();
  const { files, chain } = await conversionOf(session, { kind: 'convert', chain: 'compatible', layout: 'bundle' });
  expect(files).toMatchObject([{ name: 'ca-certificates.pem', certificateCount: 2, holdsKey: false }]);
  expect(chain).toEqual([]);
});

test('a password of the key itself', async () => {
  const name = 'jks/empty-password-key-password.jks';
  const { storePass = '', keyPass = {} } = expectation(name);
  const [[alias = '', keyPassword = ''] = []] = Object.entries(keyPass);
  const session = new Session(() => now);
  await session.answer({ kind: 'open', bytes: fixture(name), password: storePass });
  const request = { ...key, alias } as Request;
  expect(await session.answer(request)).toMatchObject({ failure: { code: 'ERR_KEY_UNRECOVERABLE' } });
  expect((await conversionOf(session, { ...request, keyPassword } as Request)).files).toHaveLength(1);
});

test('a failure has the code of the library', async () => {
  const session = new Session(() => now);
  const reply = await session.answer({ kind: 'open', bytes: fixture('tomcat.keystore'), password: 'wrong' });
  expect(reply).toMatchObject({ kind: 'failure', failure: { code: 'ERR_STORE_INTEGRITY' } });
});

test('the file is overwritten when the keystore is closed, and nothing can be converted any more', async () => {
  const { session, bytes } = await openArticle();
  expect(await session.answer({ kind: 'forget' })).toEqual({ kind: 'forgotten' });
  expect(bytes.every((octet) => octet === 0)).toBe(true);
  expect(await session.answer(key)).toMatchObject({ kind: 'failure', failure: { code: 'ERR_ENTRY_NOT_FOUND' } });
});
