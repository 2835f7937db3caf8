import { execFileSync } from 'node:child_process';
import fs, {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BrokenPipeError } from '../../src/cli/command-errors.js';
import { readDescriptor, readInput } from '../../src/cli/read-input.js';
import { discardTyped, writeAll } from '../../src/cli/standard-streams.js';

let directory: string;
let path: string;
const actual = { openSync: fs.openSync, closeSync: fs.closeSync, readSync: fs.readSync, writeSync: fs.writeSync };
const install = (functions: object) => {
  Object.assign(fs, functions);
  syncBuiltinESMExports();
};
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  path = join(directory, 'file');
});
afterEach(() => {
  install(actual);
  rmSync(directory, { recursive: true });
});

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const failure = (code: string) => Object.assign(new Error(`${code}: made up, read`), { code, syscall: 'read' });
/** Answers each call with the next value, or throws it. */
function answering(...answers: (string | Error)[]) {
  return (_descriptor: number, chunk: Uint8Array) => {
    const answer = answers.shift() ?? '';
    if (answer instanceof Error) throw answer;
    return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).write(answer);
  };
}
/** Opens a named pipe, without waiting for its writer. */
function pipe(): number {
  execFileSync('mkfifo', [path]);
  return openSync(path, fs.constants.O_RDWR);
}
const isOpen = (descriptor: number) => {
  try {
    fstatSync(descriptor);
    return true;
  } catch {
    return false;
  }
};

describe('a file', () => {
  test('is read up to the limit, and not one byte more', () => {
    writeFileSync(path, 'text');
    expect(text(readInput(path, 4))).toBe('text');
    expect(() => readInput(path, 3)).toThrow(
      expect.objectContaining({ code: 'ERR_LIMIT_EXCEEDED', limit: 'fileBytes', found: 4, maximum: 3 }),
    );
    truncateSync(path, 2 ** 40);
    expect(() => readInput(path)).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_EXCEEDED', found: 2 ** 40 }));
  });

  test.each<[string, () => string, object]>([
    ['missing', () => path, { message: expect.stringMatching(/file: no such file or directory$/), hint: undefined }],
    [
      'a directory',
      () => directory,
      {
        message: expect.stringMatching(/: is a directory$/),
        hint: 'name a file in it; container engines make a directory where the file to be mounted does not exist',
      },
    ],
  ])('that is %s is an error', (_, place, expected) => {
    expect(() => readInput(place())).toThrow(expect.objectContaining({ code: 'ERR_INPUT', ...expected }));
  });

  test('is closed afterwards, also after a failure', () => {
    writeFileSync(path, 'text');
    const before = fs.readdirSync('/proc/self/fd').length;
    readInput(path);
    expect(() => readInput(path, 1)).toThrow();
    expect(fs.readdirSync('/proc/self/fd').length).toBe(before);
  });
});

describe('a pipe', () => {
  test('is read in pieces to its end, waiting where there is nothing yet', () => {
    const descriptor = pipe();
    install({ readSync: answering('one ', failure('EAGAIN'), 'two', failure('EAGAIN'), ' three', '') });
    expect(text(readDescriptor(descriptor))).toBe('one two three');
    expect(isOpen(descriptor)).toBe(false);
  });

  test('ends with EOF on Windows', () => {
    const descriptor = pipe();
    install({ readSync: answering('one', failure('EOF')) });
    expect(text(readDescriptor(descriptor))).toBe('one');
  });

  test('may have as many bytes as the limit, and not one more', () => {
    const descriptor = pipe();
    try {
      install({ openSync: () => descriptor, closeSync: () => {}, readSync: answering('abc', 'd', '', 'abc', 'de') });
      expect(text(readInput(path, 4))).toBe('abcd');
      expect(() => readInput(path, 4)).toThrow(expect.objectContaining({ found: 5, maximum: 4 }));
    } finally {
      install(actual);
      closeSync(descriptor);
    }
  });

  test('that fails is an error with its name', () => {
    const descriptor = pipe();
    install({ readSync: answering(failure('EIO')) });
    expect(() => readDescriptor(descriptor)).toThrow(
      expect.objectContaining({ code: 'ERR_INPUT', message: `descriptor ${descriptor}: made up` }),
    );
    closeSync(descriptor);
    install(actual);
    expect(() => readDescriptor(descriptor)).toThrow(`descriptor ${descriptor}: bad file descriptor`);
  });
});

describe('output', () => {
  test('is written completely, waiting where a pipe is full', () => {
    const descriptor = openSync(path, 'w');
    let calls = 0;
    install({
      writeSync: (to: number, bytes: Uint8Array, at: number) => {
        if (++calls % 2 === 1) throw failure('EAGAIN');
        return actual.writeSync(to, bytes, at, Math.min(3, bytes.length - at));
      },
    });
    writeAll(descriptor, Buffer.from('some bytes'));
    closeSync(descriptor);
    expect([readFileSync(path, 'utf8'), calls]).toEqual(['some bytes', 8]);
  });

  test.each<[number, string, object]>([
    [1, 'ENOSPC', { code: 'ERR_OUTPUT', message: 'standard output: made up' }],
    [2, 'EPIPE', { code: 'ERR_OUTPUT', message: 'standard error: made up' }],
    [7, 'EIO', { code: 'ERR_OUTPUT', message: 'terminal: made up' }],
  ])('to descriptor %i that fails with %s is an error', (descriptor, code, expected) => {
    install({
      writeSync: () => {
        throw failure(code);
      },
    });
    expect(() => writeAll(descriptor, Buffer.of(1))).toThrow(expect.objectContaining(expected));
  });

  test('to a reader that has stopped reading ends the run', () => {
    install({
      writeSync: () => {
        throw failure('EPIPE');
      },
    });
    expect(() => writeAll(1, Buffer.of(1))).toThrow(BrokenPipeError);
  });
});

test('what was typed before a question is read and wiped, until there is nothing', () => {
  let typed: Uint8Array | undefined;
  let calls = 0;
  install({
    readSync: (_: number, chunk: Uint8Array) => {
      typed = chunk;
      if (++calls === 3) throw failure('EAGAIN');
      return chunk.fill(0x61).length;
    },
  });
  discardTyped(0);
  expect([calls, typed?.every((byte) => byte === 0)]).toEqual([3, true]);
  install({ readSync: answering('abc', '', 'not read') });
  discardTyped(0);
  install({ readSync: answering(failure('EIO')) });
  expect(() => discardTyped(0)).toThrow('EIO');
});
