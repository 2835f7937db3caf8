import { certificateFields } from './certificate-fields.js';
import { expectLinear } from './expect-linear.js';
import { pemFields } from './pem-fields.js';

expectLinear([...certificateFields, ...pemFields]);
