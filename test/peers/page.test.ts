import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConversionView, FileView, Reply, Request } from '../../page/messages.js';
import { Session } from '../../page/session.js';
import { expectation, fixture, fixtureNames, folder } from '../fixtures.js';
import { project } from '../project.js';
import { askWorker, launchBrowser, type OpenedPage, openPage } from './page-browser.js';

/** Ciphers that the page lacks, by the names of the fixtures that use them. */
const unsupported = /camellia|aria/i;

let browser: Browser;
let context: BrowserContext;
let opened: OpenedPage;
let printed: string;

beforeAll(async () => {
  printed = execFileSync(process.execPath, [`${project}/bin/build-page.mjs`], { encoding: 'utf8' });
  browser = await launchBrowser();
  context = await browser.newContext({ acceptDownloads: true, permissions: ['clipboard-read', 'clipboard-write'] });
  opened = await openPage(context);
});

afterAll(async () => {
  await browser.close();
});

/** Nothing that the tests above did made the page ask for anything, or broke its policy. */
function expectQuiet({ requests, faults }: OpenedPage): void {
  expect(requests).toEqual([]);
  expect(faults).toEqual([]);
}

/** Every request about a keystore: open it, and convert each key and the trusted certificates. */
function requestsFor(name: string): Request[] {
  const { storePass, keyPass = {}, entries } = expectation(name);
  const bytes = fixture(name);
  const keys = entries.filter(({ kind }) => kind === 'PrivateKeyEntry').map(({ alias }) => alias);
  const common = { kind: 'convert', chain: 'compatible', layout: 'bundle' } as const;
  return [
    { kind: 'open', bytes, ...(typeof storePass === 'string' && { password: storePass }) },
    ...[...new Set(keys)].map((alias): Request => {
      const keyPassword = keyPass[alias];
      return { ...common, alias, ...(keyPassword !== undefined && { keyPassword }) };
    }),
    common,
  ];
}

/** Days left may differ by one between two replies. */
const comparable = (reply: Reply) =>
  JSON.parse(JSON.stringify(reply, (key, value) => (key === 'daysLeft' ? 0 : value)));

describe('every fixture', () => {
  test.each(fixtureNames())('%s: what Node finds and converts', async (name) => {
    const session = new Session(() => new Date());
    for (const request of requestsFor(name)) {
      const inPage = await askWorker(opened.page, request);
      if (inPage.kind === 'failure' && unsupported.test(name)) {
        expect(inPage.failure.code).toBe('ERR_STORE_UNSUPPORTED');
        expect(inPage.failure.message).toMatch(/this page does not provide (camellia|aria)/);
        break;
      }
      expect(comparable(inPage)).toEqual(comparable(await session.answer(request)));
    }
    await session.answer({ kind: 'forget' });
  });

  test('asked for nothing and broke no policy', () => expectQuiet(opened));
});

describe('a person', () => {
  const article = `${folder}tomcat.keystore`;
  const ask = async (file: string, password: string) => {
    const page = await openPage(context);
    await page.page.setInputFiles('#file', file);
    await page.page.getByLabel('Keystore password').fill(password);
    await page.page.keyboard.press('Enter');
    return page;
  };

  test('opens a keystore, sees its chain, and saves and copies what Node writes', async () => {
    const { page, ...record } = await ask(article, 'my-passphrase');
    await page.getByRole('button', { name: 'Save tomcat.pem' }).waitFor();
    expect(await page.getByRole('row').allInnerTexts()).toHaveLength(4);
    expect(await page.getByRole('rowheader').allInnerTexts()).toEqual([
      'tomcat\nprivate key, 3 certificates',
      'cross\ntrusted certificate',
      'intermed\ntrusted certificate',
    ]);
    // The cross certificate is sent, its issuer is not in the keystore.
    expect(await page.locator('.graph .sent .role').allTextContents()).toEqual([
      'Certificate · sent',
      'Intermediate · sent',
      'Cross certificate · sent',
    ]);
    expect(await page.locator('.graph .missing').textContent()).toContain('Old Root CA');
    expect(await page.getByRole('img').getAttribute('role')).toBe('img');

    const pem = filesOf(await inNode('tomcat.keystore', { alias: 'tomcat' }));
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save tomcat.pem' }).click();
    expect((await download).suggestedFilename()).toBe('tomcat.pem');
    expect(readFileSync(await (await download).path(), 'latin1')).toBe(pem['tomcat.pem']);
    await page.getByRole('button', { name: 'Copy tomcat.pem' }).click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(pem['tomcat.pem']);

    await page.getByLabel('Files').selectOption('certbot');
    await page.getByRole('button', { name: 'Save fullchain.pem' }).waitFor();
    const certbot = filesOf(await inNode('tomcat.keystore', { alias: 'tomcat', layout: 'certbot' }));
    expect(Object.keys(certbot)).toEqual(['privkey.pem', 'cert.pem', 'chain.pem', 'fullchain.pem']);
    await page.locator('#files summary').first().click();
    expect(await page.locator('#files pre').textContent()).toBe(certbot['privkey.pem']);
    expectQuiet({ page, ...record });
    await page.close();
  });

  test('types a wrong password, then the right one', async () => {
    const { page, ...record } = await ask(article, 'wrong');
    await expect.poll(() => page.getByRole('alert').innerText()).toContain('ERR_STORE_INTEGRITY');
    expect(await page.getByRole('alert').innerText()).toMatch(/^The store password is wrong/);
    // The wrong one is selected: typing replaces it.
    await page.keyboard.type('my-passphrase\n');
    await page.getByRole('heading', { name: 'tomcat.keystore' }).waitFor();
    expect(await page.getByRole('alert').innerText()).toBe('');
    expectQuiet({ page, ...record });
    await page.close();
  });

  test('gives a key its own password', async () => {
    const name = fixtureNames('jks').find((each) => Object.keys(expectation(each).keyPass ?? {}).length > 0) ?? '';
    const { storePass = '', keyPass = {} } = expectation(name);
    const [[alias = '', password = ''] = []] = Object.entries(keyPass);
    const { page, ...record } = await ask(`${folder}${name}`, storePass);
    await page.getByLabel('What', { exact: true }).selectOption(`key ${alias}`);
    await page.getByLabel('Password of this key').fill(password);
    await page.getByRole('button', { name: 'Unlock key' }).click();
    await page.locator('#files .file').waitFor();
    expect(await page.getByLabel('Password of this key').isHidden()).toBe(true);
    expectQuiet({ page, ...record });
    await page.close();
  });

  test('adds the reply of the CA, which was never imported', async () => {
    const { page, ...record } = await ask(`${folder}situations/reply-never-imported.jks`, 'changeit');
    await page.getByText('WARN_LEAF_SELF_SIGNED').waitFor();
    await page.getByLabel('Add certificates').setInputFiles(`${folder}situations/reply.p7b`);
    await page.getByText('reply.p7b: 3 certificates added').waitFor();
    await page.getByText('The private key and 2 certificates').waitFor();
    expect(await page.locator('.graph .sent .role').count()).toBe(2);
    await page.getByLabel('Add certificates').setInputFiles(article);
    await page.getByText('tomcat.keystore is a keystore.').waitFor();
    expectQuiet({ page, ...record });
    await page.close();
  });

  test('drops a file, closes the keystore, and finds nothing of it left', async () => {
    const { page, ...record } = await openPage(context);
    const octets = [...fixture('tomcat.keystore')];
    const transfer = await page.evaluateHandle((bytes) => {
      const made = new DataTransfer();
      made.items.add(new File([Uint8Array.from(bytes)], 'dropped.jks'));
      return made;
    }, octets);
    await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
    await page.getByText('dropped.jks').waitFor();
    await page.keyboard.type('my-passphrase\n');
    await page.locator('#files .file').waitFor();
    expect(await page.getByLabel('Keystore password').inputValue()).toBe('');
    await page.getByRole('button', { name: 'Close keystore' }).click();
    expect(await page.locator('main').textContent()).not.toMatch(/tomcat|dropped|PRIVATE KEY/);
    expect(await page.getByRole('button', { name: 'Open' }).isDisabled()).toBe(true);
    // The worker has none either.
    const left = await askWorker(page, { kind: 'convert', alias: 'tomcat', chain: 'compatible', layout: 'bundle' });
    expect(left.kind).toBe('failure');
    expectQuiet({ page, ...record });
    await page.close();
  });
});

test('the build prints the hash of the page, and builds the same page again', () => {
  const page = readFileSync(`${project}/page/jks2pem.html`);
  expect(printed).toContain(createHash('sha256').update(page).digest('hex'));
  expect(execFileSync(process.execPath, [`${project}/bin/build-page.mjs`], { encoding: 'utf8' })).toBe(printed);
});

test('the policy forbids everything but the script, the style and the worker of the page', () => {
  const page = readFileSync(`${project}/page/jks2pem.html`, 'utf8');
  const [, policy = ''] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page) ?? [];
  const hash = (name: string) => {
    const [, content = ''] = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(page) ?? [];
    return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
  };
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    `script-src ${hash('script')} 'wasm-unsafe-eval'`,
    `style-src ${hash('style')}`,
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});

/** A conversion as the page asks for it, by Node. */
async function inNode(name: string, given: { alias: string; layout?: 'certbot' }): Promise<ConversionView> {
  const session = new Session(() => new Date());
  const { storePass = '' } = expectation(name);
  await session.answer({ kind: 'open', bytes: fixture(name), password: storePass });
  const reply = await session.answer({ kind: 'convert', chain: 'compatible', layout: 'bundle', ...given });
  if (reply.kind !== 'conversion') throw new Error(JSON.stringify(reply));
  return reply.conversion;
}

function filesOf({ files }: ConversionView): Record<string, string> {
  return Object.fromEntries(files.map(({ name, bytes }: FileView) => [name, Buffer.from(bytes).toString('latin1')]));
}
