/** What the operating system refused, in its own words: `permission denied`. Other errors give their message. */
export function describeSystemError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node writes `EACCES: permission denied, open '/etc/x'`.
  return /^E[A-Z0-9]+: ([^,]+)/.exec(error.message)?.[1] ?? error.message;
}

/** Whether an error is the operating system's, of this code if one is given. */
export function isSystemError(error: unknown, code?: string): error is Error {
  return error instanceof Error && 'syscall' in error && 'code' in error && (code === undefined || error.code === code);
}
