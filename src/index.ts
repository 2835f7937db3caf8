export { detectStoreType } from './keystore/detect.js';
export { type LoadOptions, loadKeyStore } from './keystore/load.js';
export { buildCertificationPath } from './x509/build-certification-path.js';
export { type Certificate, parseCertificate } from './x509/certificate.js';
