/**
 * Keeps what V8 makes of the command's files beside them, as Python does with `__pycache__`: compiling them takes longer than
 * all that the command then does. Node 22.1 has `module.enableCompileCache` for this, Node 20 has nothing. What the command itself
 * wants to know next time goes there too.
 */
const { readFileSync, statSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

/** Where the command's files are. */
const folder = join(__dirname, '../dist/command');

/** Two numbers of four octets: the length of what something is kept for, such as a source, and of what is kept, such as its code. */
const headerLength = 8;
const head = Buffer.from('(function (exports, require, module) {');
const tail = Buffer.from('\n})');

/**
 * From this length on V8 does not put a string where the first collection of garbage, which every run meets, has to move it, and thus
 * to make room for it (kMaxRegularHeapObjectSize, half a page).
 */
const unmovedLength = 131_073;

/** @type {{ filename: string, source: Buffer, script: Script, isKept: boolean }[]} */
const loaded = [];

/** Has the command's files, which hold nothing but ASCII, loaded by way of their cache. */
function useCodeCache() {
  require.extensions['.cjs'] = (module, filename) => {
    if (dirname(filename) !== folder) return require.extensions['.js'](module, filename);
    const source = readFileSync(filename);
    const cachedData = recallFor(source, filename);
    const script = new Script(textOf(source), { filename, cachedData });
    // V8 looks whether it is of its own version, and runs with the same flags.
    const isKept = cachedData !== undefined && script.cachedDataRejected === false;
    loaded.push({ filename, source, script, isKept });
    script.runInThisContext().call(module.exports, module.exports, (id) => module.require(id), module);
  };
}

/** The source as a function; behind a long one there is room. */
function textOf(source) {
  const length = head.length + source.length + tail.length;
  const text = Buffer.alloc(length < unmovedLength / 2 ? length : Math.max(length, unmovedLength), ' ');
  source.copy(text, head.copy(text));
  tail.copy(text, head.length + source.length);
  return text.latin1Slice();
}

/** Keeps what this run has compiled, unless all of it was kept before. */
function keepCode() {
  if (loaded.every(({ isKept }) => isKept)) return;
  for (const { filename, source, script } of loaded) keepFor(source, filename, script.createCachedData());
}

/** What the command knows of this very Node, which is told from others of its version by its file. */
const memory = {
  recall: (name) => recallFor(thisNode(), join(folder, name)),
  remember: (name, bytes) => keepFor(thisNode(), join(folder, name), bytes),
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

module.exports = { useCodeCache, keepCode, memory };
