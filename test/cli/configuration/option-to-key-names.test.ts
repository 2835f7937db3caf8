import { expect, test } from 'vitest';
import { optionToKeyNames } from '../../../src/cli/configuration/option-to-key-names.js';

test.each([
  ['name the root with --trust FILE', 'name the root with trust = "FILE"'],
  ['--allow WARN_ANCHOR_UNKNOWN accepts it', 'allow = "WARN_ANCHOR_UNKNOWN" accepts it'],
  ['choose one with -a ALIAS, e.g. -a mail', 'choose one with alias = "ALIAS", e.g. alias = "mail"'],
  ["did you mean -a 'my mail'?", 'did you mean alias = "my mail"?'],
  ['--mode 0600 closes it', 'mode = "0600" closes it'],
  ['--hook-timeout 600 is the default', 'hook-timeout = 600 is the default'],
  ['--limit fileBytes=9 is too small', 'limit = "fileBytes=9" is too small'],
  ['--limit NAME=VALUE changes one', 'limit = "NAME=VALUE" changes one'],
  ['--only key writes no certificate: leave out --layout', 'only = "key" writes no certificate: leave out layout'],
  ['--layout certbot holds one key: give one -a', 'layout = "certbot" holds one key: give one alias'],
  // The next word is not a value.
  ['--trusted writes certificates and no key', 'trusted writes certificates and no key'],
  ['--only keys', 'only keys'],
  ['-o and --output-dir both name the output', 'out and output-dir both name the output'],
])('%s', (message, expected) => expect(optionToKeyNames(message)).toBe(expected));
