/** A file the command was given cannot be read. The library reads none, so this is not one of its codes. */
export class InputError extends Error {
  readonly code = 'ERR_INPUT';
}
