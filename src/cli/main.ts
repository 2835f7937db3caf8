/** What `bin/jks2pem.js` needs of the bundled command. */
export { nodeHost } from './host.js';
export { run } from './run.js';
