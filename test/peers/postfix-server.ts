import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseParameters } from '../../src/postfix/configuration/main-cf.js';
import { freePort, waitForPort, waitUntil } from './processes.js';
import { readmeLines } from './readme.js';
import { outputOf, runTool } from './tool.js';

/**
 * A Postfix of its own: configuration, queue and ports beside those of the machine, all of it on loopback. It logs to
 * syslog, which need not run: with a log file of its own, master waits forever for postlogd after some reloads (3.7).
 */
export class PostfixServer {
  readonly main = new Map<string, string>();
  master: string[] = [];

  private constructor(
    readonly folder: string,
    readonly ports: { readonly smtp: number; readonly submission: number; readonly submissions: number },
  ) {}

  get config(): string {
    return join(this.folder, 'conf');
  }

  get bundle(): string {
    return join(this.config, 'example.pem');
  }

  get sasldb(): string {
    return join(this.config, 'sasl', 'sasldb2');
  }

  /** Makes the directories and a configuration that is as the README says. @param relayPort where mail to others goes */
  static async create(relayPort: number): Promise<PostfixServer> {
    const folder = mkdtempSync(join(tmpdir(), 'jks2pem-postfix-'));
    // smtpd runs as postfix and has to get through.
    chmodSync(folder, 0o755);
    const ports = { smtp: await freePort(), submission: await freePort(), submissions: await freePort() };
    const server = new PostfixServer(folder, ports);
    for (const name of ['conf', 'conf/sasl', 'queue', 'data']) mkdirSync(join(folder, name));
    const postfix = numberOf('-u');
    chownSync(join(folder, 'data'), postfix, numberOf('-g'));
    server.#describe(relayPort);
    return server;
  }

  #describe(relayPort: number): void {
    const { folder } = this;
    const settings: Record<string, string> = {
      compatibility_level: '3.6',
      queue_directory: join(folder, 'queue'),
      data_directory: join(folder, 'data'),
      myhostname: 'mail.example.com',
      mydomain: 'example.com',
      mydestination: '$mydomain',
      // As on a server: what loopback alone reaches is judged less severely.
      inet_interfaces: 'all',
      inet_protocols: 'ipv4',
      // The office; loopback itself would be let through otherwise.
      mynetworks: '127.0.0.2/32',
      smtpd_peername_lookup: 'no',
      local_transport: 'discard:here',
      local_recipient_maps: 'inline:{ { alice = x } }',
      alias_maps: '',
      alias_database: '',
      relayhost: `[127.0.0.1]:${relayPort}`,
      smtp_dns_support_level: '',
      smtp_host_lookup: 'native',
      // A test is in a hurry.
      smtpd_client_connection_rate_limit: '0',
      smtpd_error_sleep_time: '0',
      service_throttle_time: '1s',
    };
    for (const [name, value] of Object.entries(settings)) this.main.set(name, value);
    this.follow(readmeLines('/etc/postfix/main.cf'));
    this.master = [
      ...this.#services(readmeLines('/etc/postfix/master.cf')),
      'pickup unix n - n 60 1 pickup',
      'cleanup unix n - n - 0 cleanup',
      'qmgr unix n - n 300 1 qmgr',
      'rewrite unix - - n - - trivial-rewrite',
      'bounce unix - - n - 0 bounce',
      'defer unix - - n - 0 bounce',
      'trace unix - - n - 0 bounce',
      'verify unix - - n - 1 verify',
      'proxymap unix - - n - - proxymap',
      'smtp unix - - n - - smtp',
      'error unix - - n - - error',
      'retry unix - - n - - error',
      'discard unix - - n - - discard',
      'anvil unix - - n - 1 anvil',
      'scache unix - - n - 1 scache',
      'postlog unix-dgram n - n - 1 postlogd',
    ];
  }

  /** Takes over lines of main.cf, for the bundle of this server. */
  follow(lines: string): void {
    for (const [name, value] of parseParameters(lines)) this.main.set(name, this.ours(value));
  }

  /** A text of the README with our paths in place of the usual ones. */
  ours(text: string): string {
    return text.replaceAll('/etc/postfix', this.config);
  }

  /** Lines of master.cf, on ports that are free. */
  #services(text: string): string[] {
    const lines = text
      .replaceAll(/\n\s+-o/g, ' -o')
      .trim()
      .split('\n');
    return lines.map((line) => {
      const [name = '', ...fields] = line.split(/\s+/);
      const port = Object.entries(this.ports).find(([service]) => service === name)?.[1];
      return [port ?? name, ...fields].join(' ');
    });
  }

  /** Writes main.cf and master.cf as they stand in this object. */
  write(): void {
    const lines = [...this.main].map(([name, value]) => `${name} = ${value}\n`);
    writeFileSync(join(this.config, 'main.cf'), lines.join(''));
    writeFileSync(join(this.config, 'master.cf'), `${this.master.join('\n')}\n`);
    this.settle();
  }

  /** Dates the files back: Postfix waits a second or two with a file that may still be written (dict_load_fp). */
  settle(): void {
    const past = new Date(Date.now() - 60_000);
    for (const name of ['main.cf', 'master.cf']) utimesSync(join(this.config, name), past, past);
  }

  /** smtpd.conf where Debian's Postfix reads it. */
  writeSaslConfig(text: string): void {
    writeFileSync(join(this.config, 'sasl', 'smtpd.conf'), text);
  }

  /** Passwords in a sasldb. */
  addUser(user: string, realm: string, password: string): void {
    outputOf('saslpasswd2', ['-p', '-c', '-f', this.sasldb, '-u', realm, user], password);
    chownSync(this.sasldb, 0, numberOf('-g'));
    chmodSync(this.sasldb, 0o640);
  }

  async start(): Promise<void> {
    const { status, error } = this.#run('start');
    if (error)
      throw new Error(
        `postfix is missing, or does not come to an end: npm run test:peers installs it (${error.message})`,
      );
    if (status !== 0) throw new Error('postfix does not start');
    await waitForPort(this.ports.smtp, 'postfix');
  }

  /** What `postfix reload` comes to, without its other checks. */
  reload(): void {
    const pid = this.#master();
    if (pid !== undefined) process.kill(pid, 'SIGHUP');
  }

  #run(action: string) {
    // It would keep our standard output open for as long as it runs.
    return spawnSync('postfix', ['-c', this.config, action], { stdio: 'ignore', timeout: 20_000 });
  }

  /** Ends master, and what it started, by its process id. */
  async stop(): Promise<void> {
    const pid = this.#master();
    if (pid === undefined) return;
    process.kill(pid, 'SIGTERM');
    await waitUntil('postfix ends', () => !isAlive(pid));
  }

  #master(): number | undefined {
    const path = join(this.folder, 'queue', 'pid', 'master.pid');
    const pid = existsSync(path) ? Number(readFileSync(path, 'utf8').trim()) : 0;
    return pid > 0 && isAlive(pid) ? pid : undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The user or group id of postfix. */
function numberOf(option: '-u' | '-g'): number {
  const { status, stdout } = runTool('id', [option, 'postfix']);
  if (status !== 0) throw new Error('the user postfix is missing: npm run test:peers installs Postfix');
  return Number(stdout.toString());
}
