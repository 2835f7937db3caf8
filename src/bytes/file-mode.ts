/** All bits of chmod(2). The other bits of a mode are the type of the file (inode(7)). */
export const permissionBits = 0o7777;
const typeBits = 0o170000;
const regularFileType = 0o100000;
const directoryType = 0o040000;
export const readableByOthers = 0o004;
export const readableByGroupOrOthers = 0o044;

/** Checks whether a mode is that of a regular file: not of a directory, pipe, socket or device. */
export function isRegularFile(mode: number): boolean {
  return (mode & typeBits) === regularFileType;
}

export function isDirectory(mode: number): boolean {
  return (mode & typeBits) === directoryType;
}

/** Formats a mode as chmod(1) accepts it: `0640`. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
