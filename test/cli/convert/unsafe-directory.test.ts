import fs, { chmodSync, existsSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemError } from '../../deploy/system-calls.js';
import { ConfiguredKeystore } from '../configured-keystore.js';
import { runCommand } from '../fake-host.js';

/* Without /proc/self/fd, as on macOS: writing into a directory that other users can change is a warning for ordinary users. */

const { statSync } = fs;
const install = (functions: object) => {
  Object.assign(fs, functions);
  syncBuiltinESMExports();
};
let machine: ConfiguredKeystore;
beforeEach(() => {
  machine = new ConfiguredKeystore();
  machine.issue('mail.jks', 82);
  machine.configure(
    '[mail]\nkeystore = "mail.jks"\nstorepass = "file:password"\n[[mail.to]]\nout = "open/mail.pem"\n',
    'open',
  );
  chmodSync(machine.path('open'), 0o777);
  install({
    statSync: (path: string, ...rest: never[]) => {
      if (String(path).startsWith('/proc/self/fd/')) throw systemError('ENOENT', 'stat');
      return statSync(path, ...rest);
    },
  });
});
afterEach(() => {
  install({ statSync });
  machine.remove();
});
// Root is refused there.
const user = { userId: process.getuid?.() || 1000 };
const out = () => machine.path('open/mail.pem');
const unsafe =
  /warning: .*open: other users can write into it or into a directory above it; without \/proc\/self\/fd, they can divert what is written \[WARN_DIRECTORY_UNSAFE\]/;

test.each<[string, (...args: string[]) => ReturnType<typeof runCommand>]>([
  [
    'convert',
    (...args) =>
      runCommand([machine.path('mail.jks'), '--storepass', 'pass:changeit', '-o', out(), ...args], {
        ...user,
        now: machine.now,
      }),
  ],
  ['renew', (...args) => machine.run('renew', args, user)],
])('%s warns of it, and --strict writes nothing', async (_, run) => {
  const strict = await run('--strict');
  expect([strict.exitCode, existsSync(out())]).toEqual([3, false]);
  expect(strict.error).toMatch(unsafe);
  const { exitCode, error } = await run();
  expect([exitCode, existsSync(out())]).toEqual([0, true]);
  expect(error.match(/WARN_DIRECTORY_UNSAFE/g)).toHaveLength(1);
  rmSync(out());
});
