import type { RelayAttempt } from './relay-attempts.js';

/** What became of an attempt: the reply to RCPT TO, or to MAIL FROM if that was refused. */
export interface RelayOutcome extends RelayAttempt {
  readonly reply: string;
  readonly accepted: boolean;
}
