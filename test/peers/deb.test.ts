import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { project } from '../project.js';
import { outputOf, runTool } from './tool.js';

const keystore = join(project, 'fixtures/tomcat.keystore');
const directory = mkdtempSync(join(tmpdir(), 'jks2pem-deb-'));
let files: string[] = [];

/** Debian's Node may be older than what the package depends on; the Node of these tests is not from a Debian package. */
const dpkg = (...args: readonly string[]) => outputOf('dpkg', ['--force-depends', ...args]).toString();

beforeAll(() => {
  const [path = ''] = outputOf(join(project, 'packaging/build-deb.sh'), [directory]).toString().trim().split('\n');
  dpkg('--install', path);
  files = dpkg('--listfiles', 'jks2pem').trim().split('\n');
});
afterAll(() => {
  if (existsSync('/usr/bin/jks2pem')) dpkg('--purge', 'jks2pem');
  rmSync(directory, { recursive: true });
});

describe('the package for Debian', () => {
  test('runs', () => {
    const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    expect(outputOf('/usr/bin/jks2pem', ['--version']).toString().trim()).toBe(version);
    const pem = outputOf('/usr/bin/jks2pem', [keystore, '--storepass', 'pass:my-passphrase']).toString();
    expect(pem.match(/-----BEGIN [A-Z ]+-----/g)).toHaveLength(4);
    // RC2 and P7B come from the packages that it depends on.
    const legacy = join(project, 'fixtures/pkcs12/openssl-legacy.p12');
    expect(outputOf('/usr/bin/jks2pem', ['list', legacy, '--storepass', 'pass:changeit']).toString()).toContain(
      'PrivateKeyEntry',
    );
    const more = ['--add-cert', join(project, 'fixtures/story/intermed.p7b'), '--storepass', 'pass:my-passphrase'];
    expect(outputOf('/usr/bin/jks2pem', [keystore, ...more]).toString()).toBe(pem);
  });

  test('has the units that renew, which systemd accepts', () => {
    const units = files.filter((path) => path.startsWith('/usr/lib/systemd/system/jks2pem'));
    expect(units.map((path) => basename(path)).sort()).toEqual(['jks2pem-renew.service', 'jks2pem-renew.timer']);
    const { status, stdout, stderr } = runTool('systemd-analyze', ['verify', '--man=no', ...units]);
    // It looks at every unit of the machine; only what it says of ours counts.
    const said = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('jks2pem'));
    expect([status, said]).toEqual([0, []]);
  });

  test('leaves nothing behind when it is removed', () => {
    // Compiled code was kept beside the command, and `renew` has kept its state.
    mkdirSync('/var/lib/jks2pem/mail', { recursive: true, mode: 0o700 });
    dpkg('--purge', 'jks2pem');
    const own = files.filter((path) => path.includes('jks2pem'));
    expect(own.length).toBeGreaterThan(50);
    expect([...own, '/var/lib/jks2pem'].filter((path) => existsSync(path))).toEqual([]);
  });
});
