/**
 * Loads the command's files, and keeps the code that V8 compiles from them in files beside them, as Python does with `__pycache__`.
 * Compiling takes longer than a conversion. Node has `module.enableCompileCache` for this only since 22.1.
 */
const { readFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

const directory = `${dirname(__dirname)}/dist/command`;

/** Node's variable for its own compile cache also turns off this cache. It is then not read either, because the user may suspect it. */
const isDisabled = Boolean(process.env['NODE_DISABLE_COMPILE_CACHE']);

/** @type {Map<string, { filename: string, source: Buffer, script: Script, isCached: boolean, module: { exports: unknown } }>} */
const loaded = new Map();

/** Loads one of the command's files. Node's `require` would search every parent directory for package.json first. */
function load(name) {
  const known = loaded.get(name);
  if (known) return known.module.exports;
  const filename = `${directory}/${name}`;
  const source = readFileSync(filename);
  const cachedData = readCode(filename, source);
  // The bundle contains only ASCII, for which Latin-1 and UTF-8 are the same.
  const script = new Script(source.latin1Slice(), { filename, cachedData });
  // V8 rejects code of another version of V8, and code compiled under other flags.
  const isCached = cachedData !== undefined && script.cachedDataRejected === false;
  const module = { exports: {} };
  loaded.set(name, { filename, source, script, isCached, module });
  try {
    const requireFrom = (id) => (id.startsWith('./') ? load(id.slice(2)) : require(id));
    script.runInThisContext()(module.exports, requireFrom, module);
  } catch (error) {
    loaded.delete(name);
    throw error;
  }
  return module.exports;
}

/**
 * Writes the code compiled in this run, unless all of it came from the cache. Call this last, so that functions that are compiled late are
 * included.
 */
function keepCode() {
  const files = [...loaded.values()];
  if (isDisabled || files.every(({ isCached }) => isCached)) return;
  const { writeCache } = require('./write-cache.js');
  for (const { filename, source, script } of files) {
    const code = script.createCachedData();
    writeCache(cacheOf(filename), Buffer.concat([code, code, source]));
  }
}

/**
 * Returns the compiled code for this source if the cache contains it and it is undamaged. V8 compares only the length of the source, and
 * crashes on damaged code. Therefore the cache contains the source and two copies of the code. Comparing them takes a tenth of the time
 * that loading `node:crypto` for a hash would take. The code comes first, because V8 copies code that does not begin at a multiple of eight
 * bytes.
 */
function readCode(filename, source) {
  if (isDisabled) return undefined;
  let kept;
  try {
    kept = readFileSync(cacheOf(filename));
  } catch {
    // There is no cache file yet, or it is not readable. V8 compiles the source.
    return undefined;
  }
  const length = (kept.length - source.length) / 2;
  const code = kept.subarray(0, length);
  const isUndamaged = kept.subarray(length, 2 * length).equals(code) && kept.subarray(2 * length).equals(source);
  return isUndamaged ? code : undefined;
}

function cacheOf(filename) {
  return `${filename}.${process.version}-${process.arch}.cache`;
}

module.exports = { load, keepCode };
