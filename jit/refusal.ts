// Refusal: what jit and the workloads throw for input that the user can fix: one message, one hint.

/**
 * Thrown by `jit/` and `workloads/` for input the user can fix. Commands print `message` and
 * `hint` and exit 2.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** Why the compiler refuses a program, a layout or a batch request. */
export type RefusalCode =
  | 'bad-json'
  | 'bad-request'
  | 'unknown-variant'
  | 'unknown-opcode'
  | 'bad-register'
  | 'bad-jump'
  | 'bad-call'
  | 'bad-program'
  | 'insn-size'
  | 'call-range'
  | 'no-percpu'
  | 'no-thunk'
  | 'no-convergence'
  | 'fatal-error'
  | 'length-changed'
  | 'jump-padding'
  | 'layout-fixed'
  | 'not-in-requests'
  | 'emitter-refuses'
  | 'emitter-wrong';

/** Why something does not compile, with the short code that batch answers carry. */
export class CompileRefusal extends Refusal {
  readonly code: RefusalCode;
  /** More about it, one line each: what the passes of a driver did. */
  readonly details: readonly string[];
  constructor(code: RefusalCode, message: string, hint: string, details: readonly string[] = []) {
    super(message, hint);
    this.code = code;
    this.details = details;
  }
}

/** A function declaration, since only for those TypeScript knows that they never return. */
export function refuse(
  code: RefusalCode,
  message: string,
  hint = 'Change the program, its layout or the variant.',
): never {
  throw new CompileRefusal(code, message, hint);
}
