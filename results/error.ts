// UserError: a problem that the user can fix, as one message and one hint.

/**
 * Thrown by `results/` and `dashboards/` for input the user can fix. Commands print `message` and
 * `hint` and exit 2.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly hint: string;
  /** Output of a tool, shown below the message. */
  readonly lines: readonly string[];
  constructor(message: string, hint: string, lines: readonly string[] = []) {
    super(message);
    this.hint = hint;
    this.lines = lines;
  }
}

/** The store cannot be written: nothing that is measured could be kept. */
export class StoreError extends UserError {}
