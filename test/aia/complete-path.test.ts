import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completePath } from '../../src/aia/complete-path.js';
import { downloadCertificates } from '../../src/aia/download.js';
import { convert } from '../../src/convert/convert.js';
import { FetchError } from '../../src/errors.js';
import type { Certificate } from '../../src/x509/certificate.js';
import { keyEntry, makeJks, protectKey } from '../keystore/jks/jks-maker.js';
import { certify, ext, leafOf, newKey, party, root } from '../x509/certificate-maker.js';

const now = new Date('2026-06-01T00:00:00Z');

/** A root, `depth` intermediates below it, each naming its issuer's URL under `origin`, and a leaf. */
function hierarchy(depth: number, origin: string) {
  const top = party('AIA Root');
  const anchor = root(top);
  const issuers: Certificate[] = [];
  let issuer = top;
  for (let i = 0; i < depth; i++) {
    const next = party(`AIA CA ${i}`);
    issuers.push(certify(next, issuer, i === 0 ? {} : { more: [ext.caIssuers(`${origin}/${i - 1}`)] }));
    issuer = next;
  }
  const key = newKey();
  const leaf = leafOf(issuer, { key, more: [ext.caIssuers(`ldap://nobody/${depth - 1}`, `${origin}/${depth - 1}`)] });
  return { anchor, issuers, leaf, key };
}

describe('completePath', () => {
  const { anchor, issuers, leaf } = hierarchy(2, 'http://ca');
  const options = { now, trustAnchors: [anchor] };
  const named = (url: string) => issuers[Number(url.slice('http://ca/'.length))];

  test('fetches issuer after issuer until an anchor is reached, and tells which', async () => {
    const { path, fetched, failures } = await completePath(leaf, options, async (url) => [named(url) as Certificate]);
    expect(path.certificates).toEqual([leaf, issuers[1], issuers[0]]);
    expect(path.anchor).toBe(anchor);
    expect(fetched.map(({ url }) => url)).toEqual(['http://ca/1', 'http://ca/0']);
    expect(failures).toEqual([]);
  });

  test('fetches no issuer that is already known', async () => {
    const { path, fetched } = await completePath(leaf, { ...options, candidates: issuers }, async () => {
      throw new Error('asked');
    });
    expect([path.certificates.length, fetched]).toEqual([3, []]);
  });

  test('asks each URL once, whatever it gives', async () => {
    const asked: string[] = [];
    const { path } = await completePath(leaf, options, async (url) => {
      asked.push(url);
      return [leaf, anchor];
    });
    expect(asked).toEqual(['http://ca/1']);
    expect(path.certificates).toEqual([leaf]);
  });

  test('believes nothing: another CA of the same name does not become part of the path', async () => {
    const impostor = certify(party('AIA CA 1'), party('AIA Root'));
    const { path, fetched } = await completePath(leaf, options, async () => [impostor]);
    expect([path.certificates, fetched]).toEqual([[leaf], []]);
  });

  test('tells what could not be had, and gives what there is', async () => {
    const { path, failures } = await completePath(leaf, options, async (url) => {
      throw new FetchError(`${url}: the server answers 404`);
    });
    expect(path.certificates).toEqual([leaf]);
    expect(failures).toEqual([
      {
        code: 'WARN_ISSUER_NOT_FETCHED',
        message: "an issuer's certificate was not downloaded: http://ca/1: the server answers 404",
      },
    ]);
  });

  test('does not swallow what is no failed download', async () => {
    const fault = new TypeError('a fault');
    const broken = completePath(leaf, options, async () => {
      throw fault;
    });
    await expect(broken).rejects.toBe(fault);
  });

  test('names the URL that gave a certificate first', async () => {
    const { fetched } = await completePath(leaf, options, async (url) =>
      url === 'http://ca/1' ? issuers : [named(url) as Certificate],
    );
    expect(fetched.map(({ url, certificate }) => [url, certificate.subject])).toEqual([
      ['http://ca/1', 'CN=AIA CA 1'],
      ['http://ca/1', 'CN=AIA CA 0'],
    ]);
  });

  test('gives up after eight', async () => {
    const long = hierarchy(12, 'http://ca');
    let count = 0;
    await completePath(long.leaf, { now, trustAnchors: [long.anchor] }, async (url) => {
      count++;
      return [long.issuers[Number(url.slice('http://ca/'.length))] as Certificate];
    });
    expect(count).toBe(8);
  });
});

describe('convert with a web server of the CA', () => {
  let close: () => void;
  let made: ReturnType<typeof hierarchy>;
  beforeAll(async () => {
    const server = createServer((request, response) => {
      const issuer = made.issuers[Number(request.url?.slice(1))];
      if (issuer) response.end(issuer.der);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    made = hierarchy(2, `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    close = () => server.close();
  });
  afterAll(() => close());

  test('completes the chain when asked, and only then', async () => {
    const pkcs8 = new Uint8Array(made.key.privateKey.export({ format: 'der', type: 'pkcs8' }));
    const store = makeJks({ entries: [keyEntry('mail', protectKey(pkcs8, 'changeit'), [{ der: made.leaf.der }])] });
    const options = { now, storePass: 'changeit', trustAnchors: [made.anchor] };
    const asked = await convert(store, {
      ...options,
      issuerSource: (url) => downloadCertificates(url, { fetchPrivate: true }),
    });
    expect(asked.groups[0]?.path.certificates.map(({ subject }) => subject)).toEqual([
      'CN=mail.example.com',
      'CN=AIA CA 1',
      'CN=AIA CA 0',
    ]);
    expect(asked.groups[0]?.fetched).toHaveLength(2);
    expect(asked.warnings).toEqual([]);
    const alone = await convert(store, options);
    expect(alone.groups[0]?.path.certificates).toHaveLength(1);
    expect(alone.warnings[0]?.message).toContain('http://127.0.0.1');
  });
});
