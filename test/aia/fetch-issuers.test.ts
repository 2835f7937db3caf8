import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { downloadCertificates } from '../../src/aia/download.js';
import { decodePem } from '../../src/pem/decode.js';
import { fixture, sha256 } from '../fixtures.js';

const intermed = fixture('story/intermed.der');
const p7b = fixture('story/intermed.p7b');
const p7bDer = decodePem(p7b)[0]?.der ?? new Uint8Array();

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
  '/far': redirect('/moved'),
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

describe('downloadCertificates', () => {
  test.each([
    ['/ca.cer', 1],
    ['/ca.pem', 1],
    ['/ca.p7c', 2],
    ['/far', 1],
  ])('takes %s', async (path, count) => {
    const certificates = await downloadCertificates(origin + path);
    expect(certificates).toHaveLength(count);
    expect(certificates.map((certificate) => certificate.sha256)).toContain(sha256(intermed));
  });

  test.each([
    ['/loop', 'more than 3 redirections'],
    ['/to-file', 'file: is neither http nor https'],
    ['/nowhere', 'the server answers 302'],
    ['/gone', 'the server answers 404'],
    ['/endless', 'more than 262144 bytes'],
    ['/announced', 'more than 262144 bytes'],
    ['/silent', 'no answer within 0.3 seconds'],
    ['/drip', 'no answer within 0.3 seconds'],
    ['/html', 'neither PEM nor DER'],
    ['/empty', 'neither PEM nor DER'],
    ['/cut', ''],
  ])('refuses %s', async (path, reason) => {
    const started = performance.now();
    await expect(
      downloadCertificates(origin + path, { milliseconds: ['/silent', '/drip'].includes(path) ? 300 : 5000 }),
    ).rejects.toMatchObject({
      code: 'ERR_PROBE',
      message: expect.stringContaining(reason),
    });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test.each(['ldap://127.0.0.1/cn=CA', 'file:///etc/passwd', 'not a url'])('refuses %s', async (url) => {
    await expect(downloadCertificates(url)).rejects.toMatchObject({ code: 'ERR_PROBE' });
  });

  test('tells a server that is not there', async () => {
    await expect(downloadCertificates('http://127.0.0.1:1/ca.cer')).rejects.toMatchObject({ code: 'ERR_PROBE' });
  });
});
