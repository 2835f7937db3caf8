const { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } = require('node:fs');

/**
 * Writes a file into the directory of the command's files, in one step. Only the owner of the command's files writes, because a file of
 * another user could not be replaced later and must not be trusted.
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
