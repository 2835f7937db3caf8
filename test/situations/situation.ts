import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'vitest';
import { decodePem } from '../../src/pem/decode.js';
import { type Situation as Host, runCommand } from '../cli/fake-host.js';
import { folder } from '../fixtures.js';

/** A reported situation: what was typed, and what the answer must be. */
export interface Situation {
  readonly about: string;
  /** Where it was reported. */
  readonly source: string;
  /** Words of the command line. `@name` is a file of fixtures/situations, `@@path` one of fixtures. */
  readonly args: readonly string[];
  readonly host?: Host;
  /** 0 if not given. */
  readonly exitCode?: number;
  /** PEM blocks on standard output. */
  readonly keys?: number;
  readonly certificates?: number;
  /** Subject and issuer of the first certificate. */
  readonly leaf?: RegExp;
  readonly output?: RegExp;
  readonly error?: RegExp;
  /** What must not be said. */
  readonly notError?: RegExp;
}

/** Types it at the command, without a terminal, and compares the answer. */
export async function requireAnswer(situation: Situation): Promise<void> {
  const args = situation.args.map((word) => word.replace(/^@@/, folder).replace(/^@/, join(folder, 'situations/')));
  const { exitCode, output, error } = await runCommand(args, situation.host);
  expect(error).not.toContain('fault of jks2pem');
  expect([exitCode, exitCode === (situation.exitCode ?? 0) ? '' : error]).toEqual([situation.exitCode ?? 0, '']);
  if (situation.error) expect(error).toMatch(situation.error);
  if (situation.notError) expect(error).not.toMatch(situation.notError);
  if (situation.output) expect(output).toMatch(situation.output);
  const blocks = output.includes('-----BEGIN ') ? decodePem(Buffer.from(output)) : [];
  const certificates = blocks.filter(({ label }) => label === 'CERTIFICATE');
  if (situation.keys !== undefined)
    expect(blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'))).toHaveLength(situation.keys);
  if (situation.certificates !== undefined) expect(certificates).toHaveLength(situation.certificates);
  if (situation.leaf) {
    const { subject, issuer } = new X509Certificate(certificates[0]?.der ?? '');
    expect(`${subject} < ${issuer}`).toMatch(situation.leaf);
  }
}
