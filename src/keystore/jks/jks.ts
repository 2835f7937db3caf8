import type { StoreReader } from '../store-reader.js';
import { readSunKeyStore } from './jks-layout.js';

/** Reads JKS, versions 1 and 2 (sun.security.provider.JavaKeyStore). It was Java's default format before PKCS#12. */
export const readJks: StoreReader = (bytes, options) => readSunKeyStore(bytes, options, { type: 'JKS' });
