import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { expectation } from '../fixtures.js';
import { waitUntil } from './processes.js';

/** Hooks that hang, as a terminal or a service manager sees them. */
const fixtures = new URL('../../fixtures', import.meta.url).pathname;
const bin = new URL('../../bin/jks2pem.js', import.meta.url).pathname;
const root = mkdtempSync(join(tmpdir(), 'jks2pem-hook-'));
afterAll(() => rmSync(root, { recursive: true }));

let directory: string;
let out: string;
let number = 0;
beforeEach(() => {
  directory = join(root, `${number++}`);
  mkdirSync(directory);
  out = join(directory, 'a.pem');
  writeFileSync(out, '-----BEGIN PRIVATE KEY-----\nold\n', { mode: 0o600 });
});

const note = () => join(directory, 'pids');
/** Starts a child that outlives the shell, and waits. */
const hanging = () => `sleep 60 & echo $! >> ${note()}; wait`;
const isAlive = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));

function start(hook: string, more: readonly string[] = []) {
  const args = [join(fixtures, 'tomcat.keystore'), '--storepass', 'pass:my-passphrase', '-q', '-o', out];
  const child = spawn(process.execPath, [bin, ...args, '--deploy-hook', hook, ...more], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stderr }));
  });
  return { child, ended };
}

/** The previous file is restored, nothing is beside it, and the hook ran once and left no process. */
function requireUndone(): void {
  expect(readFileSync(out, 'utf8')).toContain('old');
  expect(readdirSync(directory).sort()).toEqual(['a.pem', 'pids']);
  const pids = readFileSync(note(), 'utf8').trim().split('\n');
  expect(pids).toHaveLength(1);
  expect(isAlive(Number(pids[0]))).toBe(false);
}

describe('a hook that hangs', () => {
  test('ends with the timeout: exit 4, and the message says what is in place', async () => {
    const { ended } = start(hanging(), ['--hook-timeout', '1']);
    expect(await ended).toEqual({
      code: 4,
      signal: null,
      stderr: expect.stringContaining(
        'deploy hook took longer than 1 s (--hook-timeout) and was stopped; the previous files were restored; servers may still hold the new certificate until they are reloaded [ERR_HOOK_FAILED]',
      ),
    });
    requireUndone();
  });

  // A shell shows the first of them as 130, and the second as 143.
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends with us at %s, and the message says so', async (signal) => {
    const { child, ended } = start(hanging());
    await waitUntil('the hook runs', () => existsSync(note()) && readFileSync(note(), 'utf8').includes('\n'));
    child.kill(signal);
    expect(await ended).toEqual({
      code: null,
      signal,
      stderr: expect.stringContaining('was stopped, since this run was asked to end; the previous files were restored'),
    });
    requireUndone();
  });
});

test('a run that waits for another one says for whom', async () => {
  const first = start(`echo started >> ${note()}; sleep 4`);
  await waitUntil('the hook runs', () => existsSync(note()));
  const args = [
    join(fixtures, 'jks/ec-p256.jks'),
    '--storepass',
    `pass:${expectation('jks/ec-p256.jks').storePass}`,
    '-o',
    out,
  ];
  const second = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  second.stderr.on('data', (chunk) => {
    said += chunk;
  });
  await waitUntil('it says so', () => said.includes('\n'));
  expect(said).toMatch(
    new RegExp(`^jks2pem: waiting for process ${first.child.pid}, which has been writing for \\d+ s\\n`),
  );
  second.kill('SIGTERM');
  expect((await first.ended).code).toBe(0);
});
