// How each verdict looks: colour, cell colour, mark and words; the shape of the mark repeats what
// the colour says.
import type {ComparisonRow, SideInfo, SideName, Verdict} from '../../results/types.ts';
import type {ColourName} from './palette.ts';

interface Look {
  readonly colour: ColourName;
  readonly fill: ColourName;
  readonly word: string;
  readonly shape: string;
}

export const looks: Readonly<Record<Verdict, Look>> = {
  more: {colour: 'more', fill: 'moreFill', word: 'more', shape: 'triangle-up'},
  less: {colour: 'less', fill: 'lessFill', word: 'less', shape: 'triangle-down'},
  equal: {colour: 'equal', fill: 'equalFill', word: 'equal', shape: 'square'},
  unsettled: {colour: 'unsettled', fill: 'unsettledFill', word: 'unsettled', shape: 'circle'},
};

export const verdictOrder: readonly Verdict[] = ['more', 'less', 'equal', 'unsettled'];

/** A longer name (a command line) is replaced by `before` and `after`. */
const longestName = 32;

/**
 * What the sides are called in charts and tables: their variants, else their labels if these are
 * short.
 */
export const sideNames = (
  before: SideInfo,
  after: SideInfo | null,
): Readonly<Record<SideName, string>> => {
  const byVariant =
    before.variant !== undefined &&
    (after === null || (after.variant !== undefined && before.workload === after.workload));
  const left = before.program ?? (byVariant ? before.variant : undefined) ?? before.label;
  const right = after?.program ?? (byVariant ? after?.variant : undefined) ?? after?.label ?? '';
  if (left === right) return {before: `${left} (before)`, after: `${right} (after)`};
  return left.length > longestName || right.length > longestName
    ? {before: 'before', after: 'after'}
    : {before: left, after: right};
};

/** Names in a sentence: `a`, `a and b`, `a, b and c`, `a, b and 7 others`. */
export const listNames = (names: readonly string[], most = 3): string => {
  if (names.length <= 1) return names.join('');
  const shown =
    names.length > most
      ? [...names.slice(0, most - 1), `${names.length - most + 1} others`]
      : names;
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
};

/** `2 more, 1 less, 3 equal, 10 unsettled`, without the empty ones. */
export const countVerdicts = (rows: readonly Pick<ComparisonRow, 'verdict'>[]): string =>
  verdictOrder
    .map(
      (verdict) =>
        [rows.filter((row) => row.verdict === verdict).length, looks[verdict].word] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
