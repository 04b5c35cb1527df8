// What the kernel's passes did to one function, one line per pass: its length, and which jumps and
// paddings grew or shrank.
import {arrangeAsKernel} from './driver.ts';
import {CompileRefusal} from '../../refusal.ts';
import {alignment} from '../skeleton.ts';
import type {Skeleton} from '../skeleton.ts';

const mostChanges = 4;

/** Runs the passes again and describes each. The last line is the reason if they fail. */
export const explainPasses = (skeleton: Skeleton, extraPass: boolean): string[] => {
  const {openCount, openInsn, openKind, start, base, functionIndex} = skeleton;
  const lines = [
    `function ${functionIndex}, ${skeleton.count} instructions, ${openCount} parts of open ` +
      `size, image at 0x${base.toString(16)} (mod 16 = ${base & 15n})`,
  ];
  const before = new Uint8Array(openCount);
  let lengthBefore = 0;
  try {
    arrangeAsKernel(skeleton, extraPass, (openBytes, length) => {
      const changes: string[] = [];
      for (let part = 0; part < openCount; part++) {
        const by = openBytes[part] - before[part];
        if (by === 0) continue;
        const what = openKind[part] === alignment ? 'padding' : 'jump';
        changes.push(
          `insn ${start + openInsn[part] - 1} ${what} ${before[part]} -> ` +
            `${openBytes[part]} (${by > 0 ? 'grew' : 'shrank'} ${Math.abs(by)})`,
        );
      }
      const pass = lines.length - 1;
      lines.push(
        `pass ${pass}: ${length} bytes` +
          `${pass === 0 ? '' : `; ${listed(changes)}`}` +
          `${length === lengthBefore ? '; same length, image allocated' : ''}`,
      );
      before.set(openBytes);
      lengthBefore = length;
    });
  } catch (error) {
    if (!(error instanceof CompileRefusal)) throw error;
    lines.push(error.message);
  }
  return lines;
};

const listed = (changes: readonly string[]): string => {
  if (changes.length === 0) return 'nothing changed';
  const more = changes.length - mostChanges;
  return changes.slice(0, mostChanges).join(', ') + (more > 0 ? ` and ${more} more` : '');
};
