import type { StoreReader } from '../reader.js';
import { readSunKeyStore } from './sun-layout.js';

/** Java's default format before PKCS#12: sun.security.provider.JavaKeyStore, versions 1 and 2. */
export const readJks: StoreReader = (bytes, options) => readSunKeyStore(bytes, options, { type: 'JKS' });
