import type { StoreReader } from '../reader.js';
import { readSunFrame } from './sun-frame.js';

/** Java's own format before PKCS#12 became the default: sun.security.provider.JavaKeyStore, versions 1 and 2. */
export const readJks: StoreReader = (bytes, options) => readSunFrame(bytes, options, { type: 'JKS' });
