import { describe, expect, test } from 'vitest';
import { outputOf, runTool } from './tool.js';

const root = new URL('../..', import.meta.url).pathname;
const page = `${root}man/jks2pem.1`;
const bashFile = `${root}completions/jks2pem.bash`;
const zshFile = `${root}completions/_jks2pem`;
const fishFile = `${root}completions/jks2pem.fish`;

describe('the man page', () => {
  test('has no fault that mandoc knows', () => {
    const { status, stdout } = runTool('mandoc', ['-T', 'lint', '-W', 'warning', page]);
    expect([status, stdout.toString()]).toEqual([0, '']);
  });

  test('shows every command', () => {
    // Bold is printed as a letter, a backspace and the letter again.
    const bold = new RegExp(`.${String.fromCharCode(8)}`, 'g');
    const text = outputOf('mandoc', ['-T', 'ascii', page]).toString().replace(bold, '');
    for (const name of ['convert', 'list', 'verify', 'probe', 'doctor', 'tlsa'])
      expect(text).toContain(`jks2pem ${name}`);
  });
});

describe('bash', () => {
  const complete = (...words: string[]) => {
    const line = words.map((word) => `'${word}'`).join(' ');
    const script = `source ${bashFile}; COMP_WORDS=(jks2pem ${line}); COMP_CWORD=${words.length}; _jks2pem; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return outputOf('bash', ['--norc', '-c', script]).toString().trim().split('\n');
  };
  test('completes commands, options and values', () => {
    expect(complete('ver')).toEqual(['verify']);
    expect(complete('list', '--gr')).toEqual(['--graph']);
    expect(complete('list', '--graph', 'm')).toEqual(['mermaid']);
    expect(complete('--storepass', 'fi')).toEqual(['file:']);
    expect(complete('x.jks', '--deploy')).toEqual(['--deploy-hook']);
    expect(complete('probe', '--deploy')).toEqual(['']);
    expect(complete('verify', `${root}package`)).toEqual([`${root}package-lock.json`, `${root}package.json`]);
  });
});

test('zsh reads its completion', () => {
  expect(runTool('zsh', ['-n', zshFile])).toMatchObject({ status: 0 });
  const script = `fpath=(${root}completions $fpath); autoload -Uz compinit; compinit -u -D; whence -w _jks2pem; print $_comps[jks2pem]`;
  expect(outputOf('zsh', ['-f', '-c', script]).toString()).toBe('_jks2pem: function\n_jks2pem\n');
});

test('fish completes commands, options and values', () => {
  const complete = (line: string) =>
    outputOf('fish', ['--no-config', '-c', `source ${fishFile}; complete -C '${line}'`])
      .toString()
      .trim()
      .split('\n')
      .map((shown) => shown.split('\t')[0]);
  expect(complete('jks2pem veri')).toContain('verify');
  expect(complete('jks2pem list --gra')).toEqual(['--graph']);
  expect(complete('jks2pem list --graph m')).toContain('mermaid');
});
