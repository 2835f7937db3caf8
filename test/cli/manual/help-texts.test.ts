import { expect, test } from 'vitest';
import { commandOutlines } from '../../../src/cli/commands.js';
import { manualFiles } from '../../../src/cli/manual/manual-files.js';
import { runCommand } from '../fake-host.js';

/* The texts of help, man page and completions. `vitest -u` writes them anew, and the difference shows what users will read. */

test('the help of the program and of each command', async () => {
  const texts: string[] = [];
  for (const args of [['--help'], ...commandOutlines.map(({ name }) => ['help', name])]) {
    const { output } = await runCommand(args);
    texts.push(`$ jks2pem ${args.join(' ')}\n${output}`);
  }
  const { output: narrow } = await runCommand(['help', 'tlsa'], { outputColumns: 50 });
  texts.push(`$ jks2pem help tlsa   # 50 columns\n${narrow}`);
  await expect(texts.join('\n')).toMatchFileSnapshot('help.txt');
});

test('the files of the manual', async () => {
  for (const [path, text] of Object.entries(await manualFiles('2026-11-26')))
    await expect(text).toMatchFileSnapshot(
      `files/${path.replace(/^.*\//, '').replace(/^_jks2pem$/, 'jks2pem.zsh')}.txt`,
    );
});
