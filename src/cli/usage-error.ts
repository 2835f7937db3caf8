/** The command was called in a way it cannot follow. `hint` says how else. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** The user pressed Ctrl-C at a question. */
export class InterruptedError extends Error {
  constructor() {
    super('interrupted');
  }
}
