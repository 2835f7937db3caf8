export type { Certificate } from './x509/certificate.js';
