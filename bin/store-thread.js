/** What a thread of `convert --jobs` runs. */
const { memory, useCodeCache } = require('./cache.js');
useCodeCache();
const { nodeHost, serve } = require('../dist/command/store-thread.cjs');
serve(nodeHost(memory));
