import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
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
import { fixture, folder as fixtures } from '../../fixtures.js';
import { blocks, bundle } from '../../postfix/sound-installation.js';
import { type Outcome, runCommand, type Situation } from '../fake-host.js';

/*
 * Whole conversations: what users type, what they then read, and the files they get. Each list of command lines has a text file
 * beside its test with everything that was printed; `vitest -u` writes it anew, and the difference shows what users will notice.
 */

/** `F/` is the directory of the fixtures, `D/` that of the output. The password is that of the fixture, unless one is given. */
export type Line = string | readonly [line: string, situation: Situation];

const of = (path: string) => Buffer.from(fixture(path));
/** Files that are there before, and their modes. They are shown if they have changed. */
const present: Readonly<Record<string, readonly [content: Buffer, mode: number]>> = {
  'bundle.pem': [Buffer.from(bundle), 0o600],
  'chain.pem': [of('story/site.pem'), 0o644],
  'incomplete.pem': [Buffer.from(blocks.slice(0, 2).join('')), 0o600],
  'key.pem': [of('not-keystores/key.pem'), 0o644],
  'mixed.pem': [Buffer.from(blocks[0] + [...blocks.slice(1)].reverse().join('')), 0o600],
  'old.pem': [Buffer.alloc(0), 0o600],
  'text.txt': [of('not-keystores/text.txt'), 0o644],
};

/** Milliseconds for a whole conversation, on a machine that does much else. */
export const patience = 300_000;

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

/** Runs command lines in a directory of their own, and writes down what happened. */
export class Transcript {
  readonly directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));

  /** Begins anew, with the files of {@link present}. */
  reset(): void {
    this.remove();
    mkdirSync(this.directory, { mode: 0o700 });
    for (const [name, [content, mode]] of Object.entries(present)) {
      writeFileSync(join(this.directory, name), content);
      chmodSync(join(this.directory, name), mode);
    }
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }

  /** One command line in the directory as it is. */
  async run(line: Line): Promise<string> {
    const [text, situation] = typeof line === 'string' ? [line, {}] : line;
    const words = text.split(' ').map((word) => word.replaceAll('F/', fixtures).replaceAll('D/', `${this.directory}/`));
    const keystore = words.find((word) => existsSync(`${word}.json`));
    const password: string | undefined = keystore && JSON.parse(readFileSync(`${keystore}.json`, 'utf8')).storePass;
    const environment = { ...(password !== undefined && { JKS2PEM_STOREPASS: password }), ...situation.environment };
    const outcome = await runCommand(text === '' ? [] : words, { ...situation, environment });
    const shown = typeof line === 'string' ? '' : `   # ${JSON.stringify(situation)}`;
    return this.text(`${text}${shown}`, outcome);
  }

  /** What a command line printed and wrote. */
  text(line: string, { exitCode, output, error }: Outcome): string {
    const lines = (text: string) => this.#shortened(text).trimEnd().split('\n');
    return [
      `$ jks2pem ${this.#shortened(line)}`,
      ...lines(output),
      ...lines(error).map((each) => `2> ${each}`),
      ...this.#files(),
      `exit ${exitCode}`,
    ]
      .filter((each) => each !== '' && each !== '2> ')
      .join('\n');
  }

  /** Without what differs between machines and runs: places, owners, and keys that are encrypted. */
  #shortened(text: string): string {
    return text
      .replaceAll(this.directory, 'D')
      .replaceAll(fixtures, 'F/')
      .replaceAll(/-----BEGIN ([A-Z0-9 ]+)-----\n([A-Za-z0-9+/=\n]+)-----END \1-----/g, (_, label, base64) =>
        label.startsWith('ENCRYPTED') ? `[${label}]` : `[${label} ${hash(Buffer.from(base64, 'base64'))}]`,
      )
      .replaceAll(/owner \w+:\w+/g, 'owner USER:GROUP')
      .replaceAll(/("(?:owner|group)": )"\w+"/g, '$1"NAME"')
      .replaceAll('\u001b', '\\e');
  }

  #files(): string[] {
    const names = readdirSync(this.directory, { recursive: true, encoding: 'utf8' }).sort();
    return names.flatMap((name) => {
      const path = join(this.directory, name);
      const status = statSync(path);
      if (name.includes('.jks2pem') || !status.isFile() || this.#isUnchanged(name)) return [];
      const content = this.#shortened(readFileSync(path, 'utf8')).trimEnd().split('\n');
      return [`> ${name} ${(status.mode & 0o7777).toString(8)}`, ...content.map((line) => `> | ${line}`)];
    });
  }

  #isUnchanged(name: string): boolean {
    return present[name]?.[0].equals(readFileSync(join(this.directory, name))) ?? false;
  }
}

/** Each command line in a directory of its own. */
export async function conversation(lines: readonly Line[]): Promise<string> {
  const transcript = new Transcript();
  try {
    const parts: string[] = [];
    for (const line of lines) {
      transcript.reset();
      parts.push(await transcript.run(line));
    }
    return `${parts.join('\n\n')}\n`;
  } finally {
    transcript.remove();
  }
}
