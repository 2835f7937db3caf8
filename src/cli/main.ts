/** The functions of the bundled command that `bin/jks2pem.js` uses. */
export { nodeHost } from './host.js';
export { run } from './run.js';
