import dns from 'node:dns/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { setDefaultAutoSelectFamily } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type DownloadOptions, downloadCertificates } from '../../src/aia/download.js';
import { isPublicAddress } from '../../src/aia/public-address.js';
import { defaultLimits, longestTimeout } from '../../src/limits.js';
import { decodePem } from '../../src/pem/decode.js';
import { fixture, sha256 } from '../fixtures.js';

const intermed = fixture('story/intermed.der');
const p7b = fixture('story/intermed.p7b');
const p7bDer = decodePem(p7b)[0]?.der ?? new Uint8Array();

const mostBytes = 256 * 1024;

type Answer = (response: ServerResponse, request: IncomingMessage) => void;
const redirect =
  (to: string): Answer =>
  (response) =>
    response.writeHead(302, { location: to }).end();

/** A CA's web server that behaves, and in most places misbehaves. */
const answers: Record<string, Answer> = {
  '/ca.cer': (response) => response.end(intermed),
  '/ca.pem': (response) => response.end(fixture('story/intermed.pem')),
  '/ca.p7c': (response) => response.end(p7bDer),
  '/moved': redirect('/ca.cer'),
  '/two': redirect('/moved'),
  '/three': redirect('/two'),
  '/four': redirect('/three'),
  '/to-private': (response) => response.writeHead(302, { location: 'http://10.1.2.3/ca.cer' }).end(),
  '/at-the-limit': (response) => response.end(Buffer.concat([intermed], mostBytes)),
  '/over-the-limit': (response) => response.end(Buffer.concat([intermed], mostBytes + 1)),
  '/loop': redirect('/loop'),
  '/to-file': redirect('file:///etc/passwd'),
  '/nowhere': (response) => response.writeHead(302).end(),
  '/gone': (response) => response.writeHead(404).end('no'),
  '/endless': (response) => {
    let open = true;
    response.on('close', () => {
      open = false;
    });
    // By way of the event loop: a write that fails at once must not keep the client from closing.
    const more = () => open && response.write(Buffer.alloc(65_536), () => setImmediate(more));
    more();
  },
  '/announced': (response) => response.writeHead(200, { 'content-length': String(2 ** 40) }).end(Buffer.alloc(300_000)),
  '/silent': () => {},
  '/drip': (response) => {
    const timer = setInterval(() => response.write('a'), 20);
    response.on('close', () => clearInterval(timer));
  },
  '/html': (response) => response.end('<html>sign in</html>'),
  '/empty': (response) => response.end(),
  '/to-secret-host': (response) => response.writeHead(302, { location: 'http://s3cret.invalid/' }).end(),
  '/to-secret-scheme': (response) => response.writeHead(302, { location: 's3cret:x' }).end(),
  '/to-secret-nonsense': (response) => response.writeHead(302, { location: 'http://[s3cret/' }).end(),
  '/secret-status': (response) => response.writeHead(403, 's3cret').end('s3cret'),
  '/secret-body': (response) => response.writeHead(200).end('s3cret'),
  '/no-http': (response) => response.socket?.end('HTTP/1.1 200 OK\r\ns3cret\u0000: x\r\n\r\n'),
  '/status/299': (response) => response.writeHead(299).end(intermed),
  '/status/199': (response) => response.socket?.end('HTTP/1.1 300 Choices\r\ncontent-length: 0\r\n\r\n'),
  '/status/300': (response) => response.writeHead(300, { location: '/ca.cer' }).end(),
  '/status/399': (response) => response.writeHead(399, { location: 'ca.cer' }).end(),
  '/status/ca.cer': (response) => response.end(intermed),
  '/status/400': (response) => response.writeHead(400, { location: '/ca.cer' }).end(),
  '/accept': (response, request) =>
    response.end(request.headers.accept === 'application/pkix-cert, application/pkcs7-mime, */*;q=0.1' ? intermed : ''),
  '/cut': (response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write(intermed.subarray(0, 100), () => response.destroy());
  },
};

let server: Server;
let origin: string;
beforeAll(async () => {
  server = createServer((request, response) =>
    (answers[request.url ?? ''] ?? (() => response.writeHead(500).end()))(response, request),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const download = (url: string, options: DownloadOptions = {}) =>
  downloadCertificates(url, { fetchPrivate: true, ...options });

const resolver = { answers: new Map<string, string[]>(), asked: [] as string[] };
const systemLookup = dns.lookup;
const fakeLookup = async (name: string, { all }: { all?: boolean } = {}) => {
  resolver.asked.push(name);
  // A name such as ehostunreach.code fails with this code.
  const [, code] = /^(.*)\.code$/.exec(name) ?? [];
  if (code !== undefined) throw Object.assign(new Error(`s3cret ${name}`), { code: code.toUpperCase() });
  if (name === 'never.test') return new Promise<never>(() => {});
  // RFC 6761 6.4: such names do not exist.
  if (name.endsWith('.invalid'))
    throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND', hostname: name });
  const found = (resolver.answers.get(name) ?? ['127.0.0.1']).map((address) => ({
    address,
    family: address.includes(':') ? 6 : 4,
  }));
  return all === true ? found : found[0];
};
// Not by vi.mock(), which comes too late if another test file has loaded the module.
beforeAll(() => {
  dns.lookup = fakeLookup as unknown as typeof dns.lookup;
  syncBuiltinESMExports();
});
afterAll(() => {
  dns.lookup = systemLookup;
  syncBuiltinESMExports();
});

describe('downloadCertificates', () => {
  test.each([
    ['/ca.cer', 1],
    ['/ca.pem', 1],
    ['/ca.p7c', 2],
    ['/moved', 1],
    ['/three', 1],
    ['/at-the-limit', 1],
    ['/status/299', 1],
    ['/status/300', 1],
    ['/status/399', 1],
    ['/accept', 1],
  ])('takes %s', async (path, count) => {
    const certificates = await download(origin + path);
    expect(certificates).toHaveLength(count);
    expect(certificates.map((certificate) => certificate.sha256)).toContain(sha256(intermed));
  });

  test.each([
    ['/four', 'more than 3 redirects'],
    ['/loop', 'more than 3 redirects'],
    ['/over-the-limit', 'the answer has more than 262144 bytes'],
    ['/to-file', 'only http and https are supported'],
    ['/nowhere', 'the server answers with status 302'],
    ['/gone', 'the server answers with status 404'],
    ['/status/199', 'the server answers with status 300'],
    ['/status/400', 'the server answers with status 400'],
    ['/endless', 'more than 262144 bytes'],
    ['/announced', 'more than 262144 bytes'],
    ['/silent', 'no answer within 0.3 seconds'],
    ['/drip', 'no answer within 0.3 seconds'],
    ['/html', 'the answer is not a certificate'],
    ['/empty', 'the answer is not a certificate'],
    ['/cut', 'reset the connection'],
  ])('refuses %s', async (path, reason) => {
    const started = performance.now();
    await expect(
      download(origin + path, { milliseconds: ['/silent', '/drip'].includes(path) ? 300 : 5000 }),
    ).rejects.toMatchObject({
      code: 'ERR_FETCH',
      message: expect.stringContaining(reason),
    });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test.each([
    ['/to-secret-host', 'no such host (ENOTFOUND)'],
    ['/to-secret-scheme', 'only http and https are supported'],
    ['/to-secret-nonsense', 'not a URL (ERR_INVALID_URL)'],
    ['/secret-status', 'the server answers with status 403'],
    ['/secret-body', 'the answer is not a certificate'],
    ['/no-http', 'the answer is not HTTP (HPE_INVALID_HEADER_TOKEN)'],
  ])('repeats nothing of what %s answers', async (path, reason) => {
    const error = await download(origin + path).catch((failure: unknown) => failure as Error);
    expect(error).toMatchObject({ code: 'ERR_FETCH', message: `${origin}${path}: ${reason}` });
  });

  test.each([
    ['ldap://127.0.0.1/cn=CA', 'only http and https are supported'],
    ['file:///etc/passwd', 'only http and https are supported'],
    ['not a url', 'not a URL (ERR_INVALID_URL)'],
  ])('refuses %s', async (url, reason) => {
    await expect(downloadCertificates(url)).rejects.toMatchObject({ code: 'ERR_FETCH', message: `${url}: ${reason}` });
  });

  test('limits that are given go before the usual ones', async () => {
    await expect(download(`${origin}/moved`, { redirects: 0 })).rejects.toThrow(
      `${origin}/moved: more than 0 redirects`,
    );
    expect(await download(`${origin}/four`, { redirects: 4 })).toHaveLength(1);
    const { length } = intermed;
    expect(await download(`${origin}/ca.cer`, { bytes: length })).toHaveLength(1);
    await expect(download(`${origin}/ca.cer`, { bytes: length - 1 })).rejects.toThrow(`more than ${length - 1} bytes`);
  });

  test('options that are undefined have their defaults', async () => {
    const options = { bytes: undefined, redirects: undefined, milliseconds: undefined } as unknown as DownloadOptions;
    expect(await download(`${origin}/three`, options)).toHaveLength(1);
    const fetchPrivate = undefined as unknown as boolean;
    await expect(downloadCertificates(`${origin}/ca.cer`, { fetchPrivate })).rejects.toThrow('not a public address');
  });

  // A text that is no URL is refused after the options were checked.
  test.each<[keyof DownloadOptions, number, number]>([
    ['bytes', 1, defaultLimits.fileBytes],
    ['redirects', 0, 100],
    ['milliseconds', 1, longestTimeout * 1_000],
  ])('%s may be from %i to %i', async (name, least, most) => {
    for (const value of [least, most])
      await expect(downloadCertificates('', { [name]: value })).rejects.toMatchObject({ code: 'ERR_FETCH' });
    for (const value of [least - 1, most + 1])
      await expect(downloadCertificates('', { [name]: value })).rejects.toThrow(
        new TypeError(`downloadCertificates: ${name} must be a number from ${least} to ${most}; this is a number`),
      );
  });

  test('a host of which no address answers is reported with the reason of the first', async () => {
    resolver.answers.set('two.test', ['127.0.0.1', '::1']);
    const url = 'http://two.test:1/ca.cer';
    await expect(download(url)).rejects.toThrow(`${url}: connection refused (ECONNREFUSED)`);
  });

  test('a host that does not exist is reported', async () => {
    await expect(download('http://ca.invalid/')).rejects.toThrow('http://ca.invalid/: no such host (ENOTFOUND)');
  });

  test.each([
    ['ENOTFOUND', 'no such host'],
    ['EAI_AGAIN', 'no such host'],
    ['ECONNREFUSED', 'connection refused'],
    ['ECONNRESET', 'the server reset the connection'],
    ['EHOSTUNREACH', 'the host is unreachable'],
    ['ENETUNREACH', 'the host is unreachable'],
    ['ETIMEDOUT', 'no answer'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', "the server's certificate is for another host"],
    ['CERT_HAS_EXPIRED', "the server's certificate has expired"],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', "the server's certificate is not trusted"],
    ['SELF_SIGNED_CERT_IN_CHAIN', "the server's certificate is not trusted"],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', "the server's certificate is not trusted"],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', "the server's certificate is not trusted"],
    ['HPE_INVALID_CONSTANT', 'the answer is not HTTP'],
    ['EHPE_', 'the connection failed'],
  ])('%s is told in words, with the code, and without the words of the system', async (code, words) => {
    const url = `http://${code.toLowerCase()}.code/ca.cer`;
    const error = await download(url).catch((failure: unknown) => failure as Error);
    expect(error).toMatchObject({ code: 'ERR_FETCH', message: `${url}: ${words} (${code})` });
  });

  test('a lookup that never ends is not waited for', async () => {
    const url = 'http://never.test/ca.cer';
    await expect(download(url, { milliseconds: 20 })).rejects.toThrow(`${url}: no answer within 0.02 seconds`);
  });

  test('a server without TLS is no HTTPS server', async () => {
    const url = `${origin.replace('http', 'https')}/ca.cer`;
    await expect(download(url)).rejects.toThrow(/^https:\S+: the connection failed \(\S+\)$/);
  });

  test('reports a server that is not there', async () => {
    await expect(download('http://127.0.0.1:1/ca.cer')).rejects.toMatchObject({
      code: 'ERR_FETCH',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('hosts with private addresses', () => {
  const at = (host: string) => `${origin.replace('127.0.0.1', host)}/ca.cer`;

  const notations = ['127.0.0.1', '127.1', '0x7f.1', '0177.0.0.1', '2130706433', '①②⑦.0.0.1', '127。0。0。1'];
  const names = ['localhost', 'LOCALHOST.', 'internal.test'];
  test.each([...notations, ...names, '[::1]', '[::ffff:127.0.0.1]', '[0:0:0:0:0:ffff:7f00:1]'])(
    '%s is refused; the error names the address and the option',
    async (host) => {
      await expect(downloadCertificates(at(host))).rejects.toMatchObject({
        code: 'ERR_FETCH',
        message: expect.stringMatching(/(127\.0\.0\.1|::1|::ffff:7f00:1) is not a public address; --fetch-private/),
      });
    },
  );

  test('a name with one public and one private address is refused', async () => {
    resolver.answers.set('mixed.test', ['192.88.98.1', '10.0.0.1']);
    await expect(downloadCertificates(at('mixed.test'))).rejects.toThrow(/10\.0\.0\.1 is not a public address/);
  });

  test('the address that was checked is the one that is asked, and is looked up once', async () => {
    resolver.answers.set('ca.test', ['127.0.0.1']);
    resolver.asked.length = 0;
    expect(await download(at('ca.test'))).toHaveLength(1);
    expect(resolver.asked).toEqual(['ca.test']);
  });

  test('an address is not looked up', async () => {
    resolver.asked.length = 0;
    expect(await download(`${origin}/ca.cer`)).toHaveLength(1);
    expect(resolver.asked).toEqual([]);
  });

  test('the address that was checked is asked too if Node tries one address only', async () => {
    resolver.answers.set('ca.test', ['127.0.0.1']);
    setDefaultAutoSelectFamily(false);
    try {
      expect(await download(at('ca.test'))).toHaveLength(1);
    } finally {
      setDefaultAutoSelectFamily(true);
    }
  });

  test('all addresses of a name are returned', async () => {
    const { resolveHost } = await import('../../src/aia/public-address.js');
    resolver.answers.set('several.test', ['192.0.2.1', '192.0.2.2']);
    expect((await resolveHost('several.test', true)).map(({ address }) => address)).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  test.each([
    ['192.88.98.1', '192.88.98.1', 4],
    ['[2606:4700::1]', '2606:4700::1', 6],
  ])('the address %s is its own result', async (host, address, family) => {
    const { resolveHost } = await import('../../src/aia/public-address.js');
    expect(await resolveHost(host, false)).toEqual([{ address, family }]);
  });

  test('the address after a redirect is checked too', async () => {
    const publicAddress = await import('../../src/aia/public-address.js');
    const { resolveHost } = publicAddress;
    const spy = vi.spyOn(publicAddress, 'resolveHost');
    spy.mockImplementation((host, allowPrivate) => resolveHost(host, allowPrivate || host === '127.0.0.1'));
    await expect(downloadCertificates(`${origin}/to-private`)).rejects.toThrow(/10\.1\.2\.3 is not a public address/);
    spy.mockRestore();
  });

  test.each([
    ...['0.0.0.0', '0.1.2.3', '10.0.0.0', '10.255.255.255', '100.64.0.0', '100.127.255.255', '127.0.0.1', '127.9.9.9'],
    ...[
      '169.254.169.254',
      '172.16.0.0',
      '172.31.255.255',
      '192.168.0.0',
      '192.168.255.255',
      '198.18.0.1',
      '198.19.9.9',
    ],
    ...[
      '224.0.0.1',
      '239.1.1.1',
      '240.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      '::7f00:1',
      '::ffff:10.0.0.1',
      'fc00::1',
    ],
    ...[
      'fdff::1',
      'fe80::1',
      'febf::1',
      'fec0::1',
      'ff02::1',
      '64:ff9b::808:808',
      '::ffff:0:127.0.0.1',
      '64:ff9b:1::1',
      ...['64:ff9b::ffff:ffff', '100::1', '2001:1ff::1', '2001:db8::1', '2002::1', '3fff:fff::1', '5f00::1', 'fc00::'],
      '2002:7f00:1::',
      '2001::1',
    ],
    ...['192.0.0.0', '192.0.0.255', '192.0.2.0', '192.0.2.255', '198.51.100.0', '198.51.100.255', '203.0.113.0'],
    ...['203.0.113.255', '224.0.0.0', '198.18.0.0', '198.19.255.255', '0.255.255.255', '169.254.0.0'],
    'not an address',
  ])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));

  test.each([
    ...['1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0'],
    ...[
      '169.253.255.255',
      '169.255.0.0',
      '172.15.255.255',
      '172.32.0.0',
      '192.167.255.255',
      '192.169.0.0',
      '198.17.9.9',
    ],
    ...['191.255.255.255', '192.0.1.0', '192.0.3.0', '198.20.0.0', '198.51.99.255', '198.51.101.0', '203.0.112.255'],
    ...['203.0.114.0', '1.0.0.0', '100:0:0:1::', '64:ff9b:2::', '2001:200::', '2001:db7::1', '2001:db9::', '2003::'],
    ...['3ffe:ffff::', '3fff:1000::', '5eff::1', '5f01::', 'fe7f::1'],
    ...['223.255.255.255', '::ffff:8.8.8.8', '64:ff9a::1', '64:ff9b::1:0:0', '2606:4700::1', 'fbff::1', 'fe00::1'],
  ])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));
});
