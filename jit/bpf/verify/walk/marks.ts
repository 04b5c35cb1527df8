// Which numbers mattered in the verifier walk: those that decided a branch, an address, a size or a
// slot of a tail call. Two states that differ only in numbers that did not matter go the same ways
// (the kernel's "precise" registers, found here through what each number was made of).

/** A number of a state, as later numbers and states refer to it. */
export interface Mark {
  /** Something was decided by it, or by a number made of it. */
  matters: boolean;
  /** Numbers of earlier states that it was made of; empty once it matters. */
  from: Mark[];
}

/** The mark of a number of a new state that holds what `before` was. */
export const markAfter = (before: Mark | undefined): Mark =>
  before === undefined ? {matters: false, from: []} : {matters: false, from: [before]};

/** The mark of a number made of two; undefined for constants of the program. */
export const markOfBoth = (a: Mark | undefined, b: Mark | undefined): Mark | undefined => {
  if (a === undefined || a === b) return b;
  return b === undefined ? a : {matters: false, from: [a, b]};
};

/** Something was decided by a number with this mark. */
export const setMatters = (mark: Mark | undefined): void => {
  if (mark === undefined || mark.matters) return;
  const open: Mark[] = [mark];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.matters) continue;
    next.matters = true;
    open.push(...next.from);
    next.from = [];
  }
};

/** If `mark` matters, now or later, `other` does, too. */
export const follow = (mark: Mark | undefined, other: Mark | undefined): void => {
  if (mark === undefined || other === undefined || mark === other) return;
  if (mark.matters) setMatters(other);
  else mark.from.push(other);
};
