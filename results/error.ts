// UserError: trouble the user can fix, as one message and one hint.

/**
 * Thrown by `results/` and `dashboards/` for input the user can fix. Commands print `message` and
 * `hint` and exit 2.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** The store cannot be written: nothing that is measured could be kept. */
export class StoreError extends UserError {}
