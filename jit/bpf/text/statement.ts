// What one assembly statement is: its words, its unresolved target, and the error its parsers
// throw.
import type {Insn} from '../word/insn.ts';

/** Where a jump or call goes: a label, or a number of instructions after the next. */
export type Target = string | number;

export interface Statement {
  readonly insns: readonly Insn[];
  /** Present if the first word is a jump or call that has to be resolved. */
  readonly target?: Target;
  /** `helper`: a target that is not a label may name a helper. */
  readonly call?: 'helper' | 'local';
}

/** Number of a map by name or number; throws a StatementError if there is none. */
export type MapNumber = (name: string) => number;

/** Thrown by statement parsers; `assemble` adds line number and text. */
export class StatementError extends Error {
  override readonly name = 'StatementError';
}

/** A form of statement and what it means; `make` gets the groups of `form`. */
export interface Pattern {
  readonly form: RegExp;
  readonly make: (match: readonly string[], map: MapNumber) => Statement;
}

export const pattern = (form: string, make: Pattern['make']): Pattern => ({
  form: new RegExp(`^${form}$`),
  make,
});

export const one = (insn: Insn): Statement => ({insns: [insn]});

/** The statement that the first matching pattern makes of `text`, or undefined. */
export const parseStatement = (
  patterns: readonly Pattern[],
  text: string,
  map: MapNumber,
): Statement | undefined => {
  for (const {form, make} of patterns) {
    const match = form.exec(text);
    if (match !== null) return make(match, map);
  }
  return undefined;
};

export const register = (text: string): number => {
  const number = Number(text);
  if (number > 10) throw new StatementError(`there is no register r${text}`);
  return number;
};

export const targetOf = (text: string): Target =>
  /^[+-]/.test(text) ? Number(text.replace(/\s/g, '')) : text;
