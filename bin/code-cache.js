/**
 * Keeps what V8 makes of the command's files beside them, as Python does with `__pycache__`: compiling them takes longer than
 * all that the command then does. Node 22.1 has `module.enableCompileCache` for this, Node 20 has nothing.
 */
const { readFileSync } = require('node:fs');
const { Script } = require('node:vm');

/** Two numbers of four octets, how long source and code are; then the source, then its code. */
const headerLength = 8;
const head = Buffer.from('(function (exports, require, module) {');
const tail = Buffer.from('\n})');

/** @type {{ filename: string, source: Buffer, script: Script, isKept: boolean }[]} */
const loaded = [];

/** Has files named `.cjs`, which hold nothing but ASCII, loaded by way of their cache. */
function useCodeCache() {
  require.extensions['.cjs'] = (module, filename) => {
    const source = readFileSync(filename);
    const cachedData = cachedCode(filename, source);
    const script = new Script(Buffer.concat([head, source, tail]).latin1Slice(), { filename, cachedData });
    const isKept = cachedData !== undefined && script.cachedDataRejected === false;
    loaded.push({ filename, source, script, isKept });
    script.runInThisContext().call(module.exports, module.exports, (id) => module.require(id), module);
  };
}

/** Kept for one version of Node only, since V8 takes no other's; V8 also looks whether it runs with the same flags. */
function cacheOf(filename) {
  return `${filename}.${process.version}-${process.arch}.cache`;
}

/** The code that was kept for exactly this source. */
function cachedCode(filename, source) {
  try {
    const kept = readFileSync(cacheOf(filename));
    const end = headerLength + kept.readUInt32LE(0);
    if (kept.length !== end + kept.readUInt32LE(4) || !source.equals(kept.subarray(headerLength, end)))
      return undefined;
    return kept.subarray(end);
  } catch {
    // None yet, or one that was cut short: it is made anew.
    return undefined;
  }
}

/** Keeps what this run has compiled, unless all of it was kept before. */
function keepCode() {
  if (loaded.every(({ isKept }) => isKept) || process.env['NODE_DISABLE_COMPILE_CACHE']) return;
  const { writeCache } = require('./write-cache.js');
  for (const { filename, source, script } of loaded) {
    const code = script.createCachedData();
    const header = Buffer.alloc(headerLength);
    header.writeUInt32LE(source.length, 0);
    header.writeUInt32LE(code.length, 4);
    writeCache(filename, cacheOf(filename), Buffer.concat([header, source, code]));
  }
}

module.exports = { useCodeCache, keepCode };
