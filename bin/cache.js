/**
 * Loads the command's files, and keeps what V8 makes of them beside them, as Python does with `__pycache__`: compiling them takes
 * longer than all that the command then does. Node 22.1 has `module.enableCompileCache` for this, Node 20 has nothing. What the
 * command itself wants to know next time goes there too.
 */
const { readFileSync, statSync } = require('node:fs');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

/** Where the command's files are, each of them a function of `exports`, `require` and `module`. */
const folder = `${dirname(__dirname)}/dist/command`;

/** Two numbers of four octets: the length of what something is kept for, such as a source, and of what is kept, such as its code. */
const headerLength = 8;

/** @type {Map<string, { filename: string, source: Buffer, script: Script, isKept: boolean, module: { exports: unknown } }>} */
const loaded = new Map();

/**
 * One of the command's files, which hold nothing but ASCII. Node's `require` would first look for links, and for package.json files
 * in every folder above.
 */
function load(name) {
  const known = loaded.get(name);
  if (known) return known.module.exports;
  const filename = `${folder}/${name}`;
  const source = readFileSync(filename);
  const cachedData = recallFor(source, filename);
  const script = new Script(source.latin1Slice(), { filename, cachedData });
  // V8 looks whether it is of its own version, and runs with the same flags.
  const isKept = cachedData !== undefined && script.cachedDataRejected === false;
  const module = { exports: {} };
  loaded.set(name, { filename, source, script, isKept, module });
  try {
    script.runInThisContext()(module.exports, requireFrom, module);
  } catch (error) {
    loaded.delete(name);
    throw error;
  }
  return module.exports;
}

/** What `require` is to the command's files. */
function requireFrom(id) {
  return id.startsWith('./') ? load(id.slice(2)) : require(id);
}

/** Keeps what this run has compiled, unless all of it was kept before. */
function keepCode() {
  const files = [...loaded.values()];
  if (files.every(({ isKept }) => isKept)) return;
  for (const { filename, source, script } of files) keepFor(source, filename, script.createCachedData());
}

/** What the command knows of this very Node, which is told from others of its version by its file. */
const memory = {
  recall: (name) => recallFor(thisNode(), `${folder}/${name}`),
  remember: (name, bytes) => keepFor(thisNode(), `${folder}/${name}`, bytes),
};

function thisNode() {
  const { size, ino, mtimeMs } = statSync(process.execPath);
  return Buffer.from(`${process.execPath} ${size} ${ino} ${mtimeMs}`);
}

function cacheOf(filename) {
  return `${filename}.${process.version}-${process.arch}.cache`;
}

/** What was kept for these bytes and no others. */
function recallFor(reason, filename) {
  try {
    const kept = readFileSync(cacheOf(filename));
    const end = headerLength + kept.readUInt32LE(0);
    if (kept.length !== end + kept.readUInt32LE(4) || !reason.equals(kept.subarray(headerLength, end)))
      return undefined;
    return kept.subarray(end);
  } catch {
    // None yet, or one that was cut short: it is made anew.
    return undefined;
  }
}

function keepFor(reason, filename, bytes) {
  // Node's own way to say that nothing is to be kept.
  if (process.env['NODE_DISABLE_COMPILE_CACHE']) return;
  const header = Buffer.alloc(headerLength);
  header.writeUInt32LE(reason.length, 0);
  header.writeUInt32LE(bytes.length, 4);
  require('./write-cache.js').writeCache(cacheOf(filename), Buffer.concat([header, reason, bytes]));
}

module.exports = { load, keepCode, memory };
