import { spawnSync } from 'node:child_process';
import {
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { effort } from '../effort.js';

const bin = new URL('../../bin', import.meta.url).pathname;
let directory: string;
let command: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  command = join(directory, 'dist/command');
  mkdirSync(command, { recursive: true });
  mkdirSync(join(directory, 'bin'));
  for (const file of ['cache.js', 'write-cache.js', 'package.json'])
    cpSync(join(bin, file), join(directory, 'bin', file));
  writeFileSync(join(command, 'main.cjs'), program('first'));
  writeFileSync(join(command, 'other.cjs'), asBundled("exports.text = () => 'other';"));
});

afterEach(() => rmSync(directory, { recursive: true }));

/** In place of the command, a program that returns a word, and loads another file if given one. */
function program(word: string): string {
  return asBundled(`exports.text = (more) => '${word}' + (more ? ' ' + require(more).text() : '');`);
}

/** What the bundler writes around each file. */
function asBundled(code: string): string {
  return `(function (exports, require, module) {\n${code}\n})`;
}

const start = `
  const { keepCode, load } = require('./bin/cache.js');
  const [, more] = process.argv;
  process.stdout.write(load('main.cjs').text(more));
  keepCode();
`;

function run(options: { more?: string; env?: Record<string, string>; flags?: string[]; script?: string } = {}): string {
  const { more, env = {}, flags = [], script = start } = options;
  const args = [...flags, '--eval', script, ...(more === undefined ? [] : ['--', more])];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: directory, env, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const cacheOf = (name: string) => join(command, `${name}.${process.version}-${process.arch}.cache`);
const files = () => readdirSync(command).sort();
const written = (name: string) => statSync(cacheOf(name)).mtimeMs;

describe('the code that is kept beside the command', () => {
  it('is written by the first run and taken by the second', () => {
    expect(run()).toBe('first');
    const before = written('main.cjs');
    expect(run()).toBe('first');
    expect(written('main.cjs')).toBe(before);
    expect(files()).toEqual(['main.cjs', `main.cjs.${process.version}-${process.arch}.cache`, 'other.cjs']);
  });

  it('is for one source only, whatever its length', () => {
    run();
    writeFileSync(join(command, 'main.cjs'), program('other'));
    expect(program('other')).toHaveLength(program('first').length);
    expect(run()).toBe('other');
    expect(run()).toBe('other');
  });

  it('is added to when a run loads a file more', () => {
    run();
    expect(run({ more: './other.cjs' })).toBe('first other');
    expect(files()).toHaveLength(4);
    expect(run({ more: './other.cjs' })).toBe('first other');
  });

  it.each([
    ['empty', () => new Uint8Array()],
    ['cut short', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1)],
    ['of another source', (bytes: Uint8Array) => bytes.with(0, (bytes[0] as number) ^ 1)],
  ])('is made anew if it is %s', (_, damage) => {
    run();
    const whole = readFileSync(cacheOf('main.cjs'));
    writeFileSync(cacheOf('main.cjs'), damage(whole));
    expect(run()).toBe('first');
    expect(readFileSync(cacheOf('main.cjs')).length).toBeGreaterThan(whole.length / 2);
    expect(run()).toBe('first');
  });

  it('is never run if a bit of it was flipped', () => {
    run();
    const whole = new Uint8Array(readFileSync(cacheOf('main.cjs')));
    // Each one takes a process.
    const tried = effort(3, 100);
    for (let i = 0; i < tried; i++) {
      const at = Math.floor((i * whole.length) / tried);
      writeFileSync(cacheOf('main.cjs'), whole.with(at, (whole[at] as number) ^ (1 << (at % 8))));
      expect(run()).toBe('first');
    }
  });

  it('is left alone by V8 if it runs with other flags', () => {
    run();
    expect(run({ flags: ['--no-opt'] })).toBe('first');
    expect(run()).toBe('first');
  });

  it('is neither written nor read with NODE_DISABLE_COMPILE_CACHE', () => {
    const env = { NODE_DISABLE_COMPILE_CACHE: '1' };
    expect(run({ env })).toBe('first');
    expect(files()).toEqual(['main.cjs', 'other.cjs']);
    run();
    const script = `
      const { Script } = require('node:vm');
      require('node:vm').Script = class extends Script {
        constructor(source, options) { super(source, options); process.stdout.write(String(options.cachedData)); }
      };
      ${start}`;
    expect(run({ env, script })).toBe('undefinedfirst');
  });

  it('is not written where Node permits no writing, and nothing fails', () => {
    // Node 26 knows the flag only by the name that it has had since Node 23.5.
    const permission = process.allowedNodeEnvironmentFlags.has('--permission')
      ? '--permission'
      : '--experimental-permission';
    const flags = [permission, '--allow-fs-read=*', '--no-warnings'];
    expect(run({ flags })).toBe('first');
    expect(files()).toEqual(['main.cjs', 'other.cjs']);
  });

  it.runIf(process.geteuid?.() === 0)('is written only by the owner of the command (needs root)', () => {
    chownSync(join(directory, 'bin/write-cache.js'), 65534, 65534);
    expect(run()).toBe('first');
    expect(files()).toEqual(['main.cjs', 'other.cjs']);
  });

  it('is of the command only, and not of what it requires', () => {
    mkdirSync(join(directory, 'node_modules'));
    writeFileSync(join(directory, 'node_modules/foreign.js'), "exports.text = () => 'für';");
    expect(run({ more: 'foreign' })).toBe('first für');
    expect(files()).toHaveLength(3);
    expect(readdirSync(join(directory, 'node_modules'))).toEqual(['foreign.js']);
  });

  it('is loaded once', () => {
    const twice = "const { load } = require('./bin/cache.js'); console.log(load('main.cjs') === load('main.cjs'));";
    expect(run({ script: twice })).toBe('true\n');
  });

  it('is tried again if it could not be run', () => {
    writeFileSync(join(command, 'other.cjs'), asBundled("exports.text = require('gone').text;"));
    const text = "() => load('main.cjs').text('./other.cjs')";
    const script = `const { load } = require('./bin/cache.js'); const text = ${text}; try { text(); } catch {} text();`;
    const { stderr } = spawnSync(process.execPath, ['--eval', script], { cwd: directory, encoding: 'utf8' });
    expect(stderr).toContain("Cannot find module 'gone'");
  });
});
