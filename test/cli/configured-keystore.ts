import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyEntry, makeJks, protectKey, trustedEntry } from '../keystore/jks/jks-maker.js';
import { leafOf, newKey, party, root } from '../x509/certificate-maker.js';
import { type Outcome, runCommand, type Situation } from './fake-host.js';

const storePass = 'changeit';
const authority = party('CA');
const authorityCertificate = root(authority);

/** A directory with a keystore that can be renewed, a configuration that names it, and a directory for state. */
export class ConfiguredKeystore {
  readonly directory = mkdtempSync(join(tmpdir(), 'jks2pem-configured-'));
  readonly config = join(this.directory, 'jks2pem.toml');
  readonly state = join(this.directory, 'state');
  /** What hooks have written. */
  readonly log = join(this.directory, 'log');

  constructor(readonly now = new Date('2026-11-26T00:00:00Z')) {
    writeFileSync(this.path('password'), `${storePass}\n`, { mode: 0o600 });
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Writes a keystore whose certificate is valid for a number of days from now. */
  issue(name: string, days: number, lifetime = 90): void {
    const key = newKey();
    const end = this.now.getTime() + (days + 0.5) * 86_400_000;
    const leaf = leafOf(authority, {
      key,
      from: new Date(end - lifetime * 86_400_000).toISOString(),
      to: new Date(end).toISOString(),
    });
    const pkcs8 = new Uint8Array(key.privateKey.export({ format: 'der', type: 'pkcs8' }));
    const entries = [keyEntry('mail', protectKey(pkcs8, storePass), [leaf]), trustedEntry('ca', authorityCertificate)];
    writeFileSync(this.path(name), makeJks({ entries, storePass }));
  }

  /** Writes the configuration, and makes the directories. */
  configure(text: string, ...directories: readonly string[]): void {
    writeFileSync(this.config, text);
    chmodSync(this.config, 0o644);
    for (const name of directories) mkdirSync(this.path(name), { recursive: true });
  }

  run(command: 'renew' | 'status', args: readonly string[] = [], situation: Situation = {}): Promise<Outcome> {
    return runCommand([command, '--config', this.config, ...args], {
      now: this.now,
      ...situation,
      environment: { STATE_DIRECTORY: this.state, ...situation.environment },
    });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}
