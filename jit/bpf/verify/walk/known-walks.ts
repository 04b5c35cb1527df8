// Walks that were made before: variants of one program share them, as few rules change a walk.
import type {Program} from '../../../types.ts';
import type {ContextField} from '../context-fields.ts';
import type {Isa} from '../../word/isa.ts';
import {walkProgram} from './walk.ts';
import type {Walk} from './walk.ts';

interface Known {
  readonly fields: readonly ContextField[] | null;
  /** A walk, or why the program is refused. */
  readonly answers: Map<Isa, {readonly walk: Walk} | {readonly refusal: unknown}>;
}

const known = new WeakMap<Program, Known>();

/** No rule of the walk came with 5.10. */
const ofWalk = (isa: Isa): Isa => (isa === 'v5.8' ? 'v5.10' : isa);

/** As `walkProgram`. The program must not change after it. */
export const walkOnce = (
  program: Program,
  isa: Isa,
  fields: readonly ContextField[] | null,
): Walk => {
  let walks = known.get(program);
  if (walks === undefined || walks.fields !== fields)
    known.set(program, (walks = {fields, answers: new Map()}));
  const key = ofWalk(isa);
  const answer = walks.answers.get(key) ?? answered(program, isa, fields);
  walks.answers.set(key, answer);
  if ('refusal' in answer) throw answer.refusal;
  return answer.walk;
};

const answered = (...input: Parameters<typeof walkProgram>) => {
  try {
    return {walk: walkProgram(...input)};
  } catch (refusal) {
    return {refusal};
  }
};
