// The corpus as jitstat reads it without the kernel: programs that v618 compiles by group, and why
// others are refused.
import {compilePrograms} from '../../jit/compile.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import {attempt} from '../command/trouble.ts';
import {objectsIn} from '../programs/find-objects.ts';
import {loadOwnObject} from '../programs/own.ts';
import {reasonOf} from '../size/reason.ts';
import type {CorpusGroup} from './corpus-groups.ts';
import {tableText} from './corpus-table.ts';

const mostReasons = 20;

export const ownTable = (groups: readonly CorpusGroup[]): string => {
  const reasons = new Map<string, number>();
  const refuse = (error: Error): void => {
    const reason = reasonOf(error, 'object');
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  };
  const rows = groups.map(({name, files}) => {
    let [objects, compiled, refused] = [0, 0, 0];
    for (const {bytes} of files.flatMap(objectsIn)) {
      objects++;
      const errors = errorsOf(bytes);
      compiled += errors.filter((one) => one === null).length;
      for (const error of errors) {
        if (error === null) continue;
        refused++;
        refuse(error);
      }
    }
    return [name, objects, compiled, refused];
  });
  const sorted = [...reasons].sort((a, b) => b[1] - a[1]).slice(0, mostReasons);
  return [
    tableText(['group', 'objects', 'programs that v618 compiles', 'refused'], rows),
    tableText(
      ['refused', 'why'],
      sorted.map(([reason, count]) => [count, reason]),
    ),
  ].join('\n\n');
};

/** One for each program, null if it compiles; one for an object that is refused as a whole. */
const errorsOf = (bytes: Uint8Array): readonly (Error | null)[] => {
  const variant = findVariant('v618');
  const loaded = attempt(() => loadOwnObject(bytes, 'object'));
  if (loaded instanceof Error) return [loaded];
  return [
    ...loaded.refused.map(({error}) => error),
    ...loaded.programs.map((one) => {
      const result = attempt(() => {
        const {program, layout} = one.verifiedFor(variant);
        return compilePrograms([program], variant, layout);
      });
      return result instanceof Error ? result : null;
    }),
  ];
};
