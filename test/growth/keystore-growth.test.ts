import { expectLinear } from './expect-linear.js';
import { keystoreFields } from './keystore-fields.js';
import { mailFields } from './mail-fields.js';

expectLinear([...keystoreFields, ...mailFields]);
