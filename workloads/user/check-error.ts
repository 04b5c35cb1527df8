// A fault in a scenario file: where it is, and what is wrong there.

/** `path` leads to the value, as `steps[3].packet`; '' is the document itself. */
export class CheckError extends Error {
  override readonly name = 'CheckError';
  readonly path: string;
  readonly hint: string | undefined;
  constructor(path: string, reason: string, hint?: string) {
    super(path === '' ? reason : `${path}: ${reason}`);
    this.path = path;
    this.hint = hint;
  }
}
