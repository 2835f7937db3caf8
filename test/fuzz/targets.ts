import { randomStrings } from '../random/random-strings.js';
import { certificateTargets } from './certificate-target.js';
import { fileTargets } from './file-target.js';
import { grammarTarget } from './grammar-target.js';
import { keystoreTargets } from './keystore-target.js';
import { postfixTarget } from './postfix-target.js';
import { probeTargets } from './probe-target.js';
import type { Target } from './target.js';

/** Everything that reads what strangers made. */
export const targets: readonly Target[] = [
  ...keystoreTargets(),
  ...fileTargets(),
  randomStrings(),
  grammarTarget(),
  ...certificateTargets(),
  ...probeTargets(),
  postfixTarget(),
];
