/** What a thread of `convert --jobs` runs. */
const { load } = require('./cache.js');
const { nodeHost, serve } = load('store-thread.cjs');
serve(nodeHost());
