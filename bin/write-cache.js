const { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } = require('node:fs');

/**
 * Writes a file into the directory of the command's files, in one step. If another user than the owner of these files runs the command,
 * nothing is written: the owner may be unable to replace a file of another user, and must not trust it.
 */
function writeCache(path, bytes) {
  const temporary = `${path}.${process.pid}`;
  try {
    if (process.geteuid && statSync(__filename).uid !== process.geteuid()) return;
    const descriptor = openSync(temporary, 'wx', 0o644);
    try {
      writeSync(descriptor, bytes);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch {
    // The file system is read-only or full, or Node runs with --permission. The next run compiles again.
    remove(temporary);
  }
}

function remove(path) {
  try {
    rmSync(path, { force: true });
  } catch {
    // A process that cannot write here has created no file.
  }
}

module.exports = { writeCache };
