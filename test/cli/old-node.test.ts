import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { project } from '../project.js';

/** Runs the command as an older Node would: everything before the check of the version is syntax that Node 12 reads. */
const onNode = (version: string) => {
  const bin = JSON.stringify(join(project, 'bin/jks2pem.js'));
  const script = `Object.defineProperty(process.versions, 'node', { value: '${version}' }); require(${bin})`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', script, '--', '--version'], { encoding: 'utf8' });
  return [status, stderr];
};

test.each(['18.20.8', '20.18.3'])('on Node %s says which Node it needs', (version) => {
  expect(onNode(version)).toEqual([1, `jks2pem: error: needs Node 20.19 or later, this is ${version}\n`]);
});
