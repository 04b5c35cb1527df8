// Which bytes of a function belong to which step of its variant, worked out for listings and size
// reports.
import type {Skeleton} from '../skeleton.ts';
import type {Arrangement} from './arrangement.ts';
import type {Mark} from '../../types.ts';

/**
 * Marks without gaps: prologue steps, tail-call steps, `exit`, `return`, `jump`, `padding`, and
 * `body` for the rest.
 */
export const marksOf = (
  skeleton: Skeleton,
  {ends, openBytes, openNops}: Arrangement,
): readonly Mark[] => {
  const {start, count, fixed, openCount, openInsn, firstExit, tailCalls} = skeleton;
  const marks: Mark[] = [];
  let offset = 0;
  const add = (bytes: number, step: string, insn: number) => {
    if (bytes > 0) marks.push({offset, bytes, step, insn});
    offset += bytes;
  };
  for (const {step, bytes} of skeleton.prologue) add(bytes.length, step, -1);
  let part = 0;
  let tailCall = 0;
  for (let i = 1; i <= count; i++) {
    const insn = start + i - 1;
    if (tailCall < tailCalls.length && tailCalls[tailCall].insn === i) {
      for (const mark of tailCalls[tailCall++].sequence.marks) add(mark.bytes, mark.step, insn);
    } else if (i === firstExit) {
      for (const {step, bytes} of skeleton.epilogue) add(bytes.length, step, insn);
    } else add(fixed[i], 'body', insn);
    if (part < openCount && openInsn[part] === i) {
      add(openNops[part], 'padding', insn);
      add(openBytes[part] - openNops[part], 'jump', insn);
      part++;
    }
    if (offset !== ends[i] && fixed[i] > 0)
      throw new Error(`Marks and code disagree at instruction ${insn}.`);
  }
  return marks;
};
