import { certificateRules } from './certificates.js';
import { pemFileRules } from './pem-file.js';
import { pemOrderRules } from './pem-order.js';
import type { ServiceRule } from './rule.js';

/** All that can be wrong with the file that main.cf names. */
export const pemRules: readonly ServiceRule[] = [...pemFileRules, ...pemOrderRules, ...certificateRules];
