const { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } = require('node:fs');

/**
 * Writes a file beside those of the command, in one step. Nobody but the owner of the command does: another user's
 * would be in his way, and he could not trust it.
 */
function writeCache(path, bytes) {
  const temporary = `${path}.${process.pid}`;
  try {
    if (process.geteuid && statSync(__filename).uid !== process.geteuid()) return;
    const descriptor = openSync(temporary, 'wx', 0o644);
    try {
      writeSync(descriptor, bytes);
      // V8 believes what it reads, so no half of it may be there after a loss of power.
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch {
    // A file system that takes nothing is no fault: the next run compiles again.
    rmSync(temporary, { force: true });
  }
}

module.exports = { writeCache };
