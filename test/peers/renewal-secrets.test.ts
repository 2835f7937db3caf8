import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runTool } from './tool.js';

const fixtures = new URL('../../fixtures', import.meta.url).pathname;
const bin = new URL('../../bin/jks2pem.js', import.meta.url).pathname;
const tomcat = join(fixtures, 'tomcat.keystore');
const password = 'my-passphrase';
const folder = mkdtempSync(join(tmpdir(), 'jks2pem-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the kernel saw: each call on a line, strings whole, environments spelt out. */
function traced(environment: Record<string, string>, args: readonly string[]): string[] {
  const log = join(folder, 'trace');
  const calls = 'openat,open,creat,close,dup,dup2,dup3,chmod,fchmod,fchmodat,write,pwrite64,writev,execve,rename,link';
  const command = [process.execPath, bin, tomcat, ...args];
  const env = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const result = runTool('strace', [
    '-f',
    '-v',
    '-s',
    '65536',
    '-e',
    `trace=${calls}`,
    '-o',
    log,
    'env',
    ...env,
    ...command,
  ]);
  expect(result.status).toBe(0);
  return readFileSync(log, 'utf8').split('\n');
}

/** The files that key bytes were written to, with their mode at that moment. */
function keyWrites(lines: readonly string[]): { path: string; mode: number }[] {
  const open = new Map<string, { path: string; mode: number }>();
  const writes: { path: string; mode: number }[] = [];
  for (const line of lines) {
    const opened = /openat\(AT_FDCWD[^,]*, "([^"]*)", [A-Z_|]+(?:, (0\d+))?\) = (\d+)/.exec(line);
    if (opened) {
      // Below an open directory: its path goes in front.
      const [, directory = '', entry = ''] = /^\/proc\/self\/fd\/(\d+)\/(.*)$/.exec(opened[1] ?? '') ?? [];
      const path = directory ? join(open.get(directory)?.path ?? '?', entry) : (opened[1] ?? '');
      open.set(opened[3] ?? '', { path, mode: Number.parseInt(opened[2] ?? '7777', 8) });
    }
    const changed = /fchmod\((\d+), (0\d+)\)/.exec(line);
    const file = open.get(changed?.[1] ?? '');
    if (changed && file) open.set(changed[1] ?? '', { ...file, mode: Number.parseInt(changed[2] ?? '', 8) });
    if (/fchmodat|\bchmod\(|\bpwrite64|\bwritev/.test(line)) expect(line).not.toContain('PRIVATE KEY');
    const written = /\bwrite\((\d+), "[^"]*PRIVATE KEY/.exec(line);
    if (written) writes.push(open.get(written[1] ?? '') ?? { path: line.slice(0, 40), mode: 0o7777 });
  }
  return writes;
}

describe('strace sees', () => {
  const environment = { SECRET: password, JKS2PEM_KEYPASS: 'another-secret' };

  test.each([
    ['a new file', 0o600, []],
    ['a new file for a group', 0o640, ['--mode', '0640', '--owner', 'root:daemon']],
    ['a file that is there', 0o600, ['--chain', 'shortest']],
  ])('key bytes of %s in one file only, under the mode asked for: %s', (name, mode, more) => {
    const out = join(folder, `${mode}.pem`);
    const lines = traced(environment, ['--storepass', 'env:SECRET', '-o', out, ...more]);
    const writes = keyWrites(lines);
    expect(name && writes).toEqual([{ path: join(folder, '.jks2pem-work/new', `${mode}.pem`), mode }]);
    expect(statSync(out).mode & 0o777).toBe(mode);
  });

  test('key bytes of a set in one file only', () => {
    const out = join(folder, 'live');
    const writes = keyWrites(traced(environment, ['--storepass', 'env:SECRET', '-o', out, '--layout', 'certbot']));
    expect(writes).toEqual([
      { path: expect.stringMatching(/\/live\/\.jks2pem-work\/\.jks2pem-[0-9a-f]{24}\/privkey\.pem$/), mode: 0o600 },
    ]);
  });

  test('no password on a command line, or in the environment of anything that is run', () => {
    const out = join(folder, 'hooked.pem');
    writeFileSync(out, 'old', { mode: 0o600 });
    const hook = ['--deploy-hook', '/bin/true; /bin/echo $RENEWED_DOMAINS'];
    const lines = traced(environment, ['--storepass', 'env:SECRET', '-o', out, ...hook]).filter((line) =>
      line.includes('execve('),
    );
    // The first two are env and our own start; then cp for the access list, the shell, and what it runs.
    const ours = lines.slice(lines.findIndex((line) => line.includes('jks2pem.js') && !line.includes('"env"')) + 1);
    expect(ours.some((line) => line.includes('/bin/cp'))).toBe(true);
    expect(ours.some((line) => line.includes('RENEWED_LINEAGE'))).toBe(true);
    for (const line of ours) expect(line).not.toMatch(/my-passphrase|another-secret|SECRET=|JKS2PEM_KEYPASS/);
  });
});

test('a password on the command line is gone from the process list while we run', async () => {
  const seen = join(folder, 'seen');
  const hook = `tr '\\0' ' ' < /proc/$PPID/cmdline > ${seen}`;
  const args = [tomcat, '--storepass', `pass:${password}`, '-o', join(folder, 'title.pem'), '--deploy-hook', hook];
  const child = spawn(process.execPath, [bin, ...args], { stdio: 'ignore' });
  expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(0);
  expect(readFileSync(seen, 'utf8').trim()).toBe('jks2pem');
});

test('a descriptor that held a password is closed to the hook', () => {
  const secret = join(folder, 'password');
  writeFileSync(secret, password, { mode: 0o600 });
  const hook = 'cat <&3 2>/dev/null && exit 1; ls -l /proc/self/fd >&2; exit 0';
  const script = `exec 3< ${secret}; "$0" "$@"`;
  const command = [
    process.execPath,
    bin,
    tomcat,
    '--storepass',
    'fd:3',
    '-o',
    join(folder, 'fd.pem'),
    '--deploy-hook',
    hook,
  ];
  const { status, stderr } = runTool('sh', ['-c', script, ...command]);
  expect([status, stderr.toString()]).toEqual([0, expect.not.stringContaining(secret)]);
});

describe('at a terminal', () => {
  const prompt = `Password of ${tomcat}: `;

  /** Plays a user at a shell; gives everything that the terminal showed. */
  function atTerminal(out: string, play: string, code: number): { shown: string; status: number | null } {
    const script = `
      set timeout 20
      log_user 0
      set shown ""
      proc await {pattern} {
        upvar shown shown
        expect {
          -ex $pattern { append shown $expect_out(buffer) }
          timeout { puts stderr "no '$pattern' in: $expect_out(buffer)"; exit 9 }
          eof { puts stderr "the end, instead of '$pattern'"; exit 9 }
        }
      }
      proc modes {} { upvar spawn_out spawn_out; return [exec stty -a < $spawn_out(slave,name)] }
      # By the number of the process that runs at this terminal.
      proc signal {name} {
        upvar spawn_out spawn_out
        set processes [exec ps -t [string range $spawn_out(slave,name) 5 end] -o pid=,args=]
        if {[regexp -line {^ *(\\d+) .*jks2pem\\.js} $processes all pid] == 0} { puts stderr "not running"; exit 6 }
        exec kill -$name $pid
      }
      spawn -noecho env PS1=ready> ENV= sh
      await "ready>"
      set before [modes]
      send -- "$env(COMMAND)\\r"
      await "$env(PROMPT)"
      if {[string match "* -echo *" [modes]] == 0} { puts stderr "echo is on"; exit 8 }
      ${play}
      await "ready>"
      send -- "echo exit=$?\r"
      await "exit=${code}\r\n"
      if {[modes] ne $before} { puts stderr "the terminal has changed"; exit 7 }
      puts -nonewline $shown
    `;
    const command = [process.execPath, bin, tomcat, '-o', out].join(' ');
    const result = runTool('env', [`COMMAND=${command}`, `PROMPT=${prompt}`, 'expect', '-c', script]);
    expect(result.stderr.toString()).toBe('');
    return { shown: result.stdout.toString(), status: result.status };
  }

  test('the password is asked for and not shown', () => {
    const out = join(folder, 'typed.pem');
    const { shown, status } = atTerminal(out, `send -- "${password}\\r"`, 0);
    expect(status).toBe(0);
    expect(shown).toContain(`wrote ${out}`);
    expect(shown).not.toContain(password.slice(0, 4));
    expect(readFileSync(out, 'latin1')).toContain('PRIVATE KEY');
  });

  test('a typing error can be taken back, by letter and by line', () => {
    const typed = `wrong\\025${password}xy\\177\\010\\r`;
    expect(atTerminal(join(folder, 'corrected.pem'), `send -- "${typed}"`, 0).status).toBe(0);
  });

  test.each([
    ['Ctrl-C', 'send -- "my-pass\\003"', 130],
    ['Ctrl-D', 'send -- "\\004"', 130],
    ['Ctrl-\\', 'send -- "\\034"', 130],
    ['SIGTERM', 'signal TERM', 143],
    ['SIGINT', 'signal INT', 130],
    ['SIGHUP', 'signal HUP', 129],
  ])('%s ends it, and leaves the terminal as it was', (_, play, code) => {
    const { shown, status } = atTerminal(join(folder, 'none.pem'), play, code);
    expect(status).toBe(0);
    expect(shown).not.toContain('my-pass');
  });
});
