import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jks2pem } from './command.js';
import { freePort, Processes, waitForPort } from './processes.js';
import { readmeLines } from './readme.js';
import { dovecotConfiguration } from './tls-servers.js';
import { runTool } from './tool.js';

/** One server with its own configuration in a folder, in the foreground. */
interface Peer {
  readonly name: string;
  /** The two or three lines that the README gives, and what it takes to run at all. */
  readonly configuration: (bundle: string, port: number, folder: string) => string;
  readonly command: (file: string, folder: string) => readonly [string, ...string[]];
  /** How openssl s_client begins. */
  readonly starttls?: string;
}

/** The lines of the README, for our bundle. */
const ours = (name: string, bundle: string) => readmeLines(name).replaceAll('/etc/ssl/example.pem', bundle);

const peers: readonly Peer[] = [
  {
    name: 'nginx',
    configuration: (bundle, port, folder) => `
daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events {}
http {
  access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port} ssl;
    ${ours('nginx', bundle)}
    return 204;
  }
}
`,
    command: (file, folder) => ['nginx', '-c', file, '-p', folder, '-e', `${folder}/error.log`],
  },
  {
    name: 'haproxy',
    configuration: (bundle, port) => `
defaults
  mode http
  timeout client 5s
  timeout connect 5s
  timeout server 5s
frontend mail
  ${ours('haproxy', bundle).replace(':443', `127.0.0.1:${port}`)}
  http-request return status 204
`,
    command: (file) => ['haproxy', '-db', '-f', file],
  },
  {
    name: 'dovecot',
    configuration: (bundle, port, folder) => dovecotConfiguration(folder, port, ours('dovecot 2.3', bundle)),
    command: (file) => ['dovecot', '-F', '-c', file],
  },
];

const fixtures = new URL('../../fixtures', import.meta.url).pathname;
const roots = {
  'the old root': join(fixtures, 'story/old-root.pem'),
  'the new root': join(fixtures, 'story/new-root.pem'),
};

describe.each(peers)('$name', ({ configuration, command, starttls }) => {
  const folder = mkdtempSync(join(tmpdir(), 'jks2pem-server-'));
  const bundle = join(folder, 'example.pem');
  const processes = new Processes();
  let port: number;

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, 'run'));
    const { status, stderr } = jks2pem([
      join(fixtures, 'tomcat.keystore'),
      '--storepass',
      'pass:my-passphrase',
      '-o',
      bundle,
    ]);
    expect(status, stderr.toString()).toBe(0);
    port = await freePort();
    const file = join(folder, 'server.conf');
    writeFileSync(file, configuration(bundle, port, folder));
    const [tool, ...args] = command(file, folder);
    processes.start(tool, args);
    await waitForPort(port, tool);
  });
  afterAll(async () => {
    await processes.end();
    rmSync(folder, { recursive: true });
  });

  test.each(Object.entries(roots))('serves the bundle to a client that trusts only %s', (_, root) => {
    const trust = [
      '-no-CApath',
      '-no-CAstore',
      '-CAfile',
      root,
      '-verify_return_error',
      '-verify_hostname',
      'mail.example.com',
    ];
    const how = starttls === undefined ? [] : ['-starttls', starttls];
    const client = runTool('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, ...how, ...trust], '');
    expect(client.stdout.toString()).toContain('Verify return code: 0 (ok)');
  });
});
