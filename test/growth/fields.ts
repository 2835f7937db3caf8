import { certificateFields } from './certificate-fields.js';
import type { Field } from './field.js';
import { keystoreFields } from './keystore-fields.js';
import { mailFields } from './mail-fields.js';
import { pemFields } from './pem-fields.js';

/** Every field of every format that may be long or repeat. */
export const fields: readonly Field[] = [...certificateFields, ...pemFields, ...keystoreFields, ...mailFields];
