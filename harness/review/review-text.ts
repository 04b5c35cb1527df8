// The reply of `jitstat review`: at most 60 lines of at most 72 characters, plain text for a list.
import type {ComparisonRow} from '../../results/types.ts';
import type {CheckRow} from '../emitter/check-emitter.ts';
import type {CountedPair} from './counts.ts';
import type {MovedPoke, RefusedImage, ReviewedImage} from './images.ts';
import type {ListingDiff} from './listing-diff.ts';
import {plural} from '../../results/wording.ts';

export interface Review {
  readonly titles: readonly string[];
  /** The before side's source, and the variant whose verifier rules are applied. */
  readonly base: string;
  readonly rules: string;
  readonly outside: readonly string[];
  readonly images: readonly ReviewedImage[];
  readonly refused: readonly RefusedImage[];
  /** Workloads whose code does not give the right results, by side. */
  readonly failing: readonly {readonly side: 'before' | 'after'; readonly row: CheckRow}[];
  readonly counts: readonly (CountedPair | string)[];
  /** By workload: nanoseconds per execution in slices. */
  readonly slices: readonly {readonly workload: string; readonly row: ComparisonRow}[];
  readonly moved: readonly MovedPoke[];
  readonly diffs: readonly ListingDiff[];
}

export const mostLines = 60;
const width = 72;

export const reviewText = (review: Review): string => {
  const head = [
    ...introduction(review),
    '',
    ...playText(review),
    ...sizeText(review),
    ...countText(review),
  ];
  const tail = [...sliceText(review), ...pokeText(review)];
  const room = mostLines - head.length - tail.length;
  const lines = [...head, ...tail, ...diffText(review, room)].map(cut);
  return `${lines.slice(0, mostLines).join('\n')}\n`;
};

const cut = (line: string): string =>
  line.length <= width ? line : `${line.slice(0, width - 3)}...`;

const introduction = ({titles, base, rules, outside, images}: Review): string[] => {
  const same = images.filter(({isSame}) => isSame).length;
  return [
    ...titles.slice(0, 4).map((title) => `> ${title}`),
    ...(titles.length > 4 ? [`> and ${titles.length - 4} more`] : []),
    '',
    `Built on ${base}; both JITs ran in user space,`,
    `with the verifier rules of ${rules}.`,
    ...outside.slice(0, 3).map((path) => `Touched but not compiled into the JIT: ${path}`),
    ...(outside.length > 3 ? [`and ${outside.length - 3} more files.`] : []),
    same === images.length
      ? `No image changes: all ${images.length} workloads compile to the same code.`
      : `${images.length - same} of ${images.length} workloads compile to different code.`,
  ];
};

const playText = ({failing, images}: Review): string[] =>
  failing.length === 0
    ? [`runs    all ${images.length} end as they must, before and after`]
    : failing
        .slice(0, 4)
        .map(({side, row}) => `FAILS   ${row.check} (${side}): ${row.text}`)
        .concat(failing.length > 4 ? [`        and ${failing.length - 4} more`] : []);

const signed = (value: number): string => `${value > 0 ? '+' : ''}${value}`;

const sizeText = ({images, refused}: Review): string[] => {
  const grown = images.map(({bytes: [before, after]}) => after - before);
  const total = (side: 0 | 1) => images.reduce((sum, {bytes}) => sum + bytes[side], 0);
  const percents = images
    .map(({bytes: [before, after]}) => (100 * (after - before)) / before)
    .toSorted((one, other) => one - other);
  const median = percents[percents.length >> 1] ?? 0;
  const most = images
    .filter((_image, index) => grown[index] !== 0)
    .toSorted((one, other) => Math.abs(by(other)) - Math.abs(by(one)))
    .slice(0, 3)
    .map((image) => `${image.workload} ${signed(by(image))}`);
  return [
    `size    ${total(0)} -> ${total(1)} bytes (${signed(total(1) - total(0))}), median ` +
      `${median >= 0 ? '+' : ''}${median.toFixed(2)} %`,
    `        ${grown.filter((each) => each > 0).length} grew, ` +
      `${grown.filter((each) => each < 0).length} shrank, ` +
      `${grown.filter((each) => each === 0).length} kept their ` +
      `size${most.length > 0 ? `; most: ${most.join(', ')}` : ''}`,
    ...refused.slice(0, 2).map(({workload, before, after}) => {
      const side = before === null ? 'after' : after === null ? 'before' : 'both sides';
      return `        ${workload} is refused (${side}): ${after ?? before}`;
    }),
  ];
};

const by = ({bytes: [before, after]}: ReviewedImage): number => after - before;

const countText = ({counts}: Review): string[] =>
  counts.flatMap((pair) => {
    if (typeof pair === 'string') return [`counts  none: ${pair}`];
    const {workload, before, after} = pair;
    const change = (name: keyof typeof before) => signed(after[name] - before[name]);
    return [
      `counts  ${workload}: ${before.executions} -> ${after.executions} instructions ` +
        `(${change('executions')}),`,
      `        branches ${change('branches')}, loads ${change('loads')}, stores ` +
        `${change('stores')} (exact, per repetition)`,
    ];
  });

const sliceText = ({slices}: Review): string[] =>
  slices.map(({workload, row}) => {
    if (row.change === null) return `slices  ${workload}: no change can be given`;
    const {ratio, low, high} = row.change;
    const percent = (value: number | null) =>
      value === null ? '?' : `${value >= 1 ? '+' : ''}${(100 * (value - 1)).toFixed(2)} %`;
    return `slices  ${workload}: ${percent(ratio)} ns (${percent(low)} to ${percent(high)}), ${row.verdict}`;
  });

const pokeText = ({moved}: Review): string[] => {
  if (moved.length === 0) return ['pokes   none moved'];
  const [{workload, symbol, insn, before, after}] = moved;
  const places = ({target, bypass, adj}: MovedPoke['before']) =>
    `${bypass === null ? '' : `bypass +${bypass}, `}target +${target}, adj ${adj}`;
  return [
    `pokes   ${moved.length} moved, first ${workload} ${symbol}, insn ${insn}:`,
    `        ${places(before)}`,
    `        ${places(after)}`,
  ];
};

/** As many changes as there is room for. */
const diffText = ({diffs}: Review, room: number): string[] => {
  const lines: string[] = [];
  let shown = 0;
  for (const {step, where, count, lines: own} of diffs) {
    const next = [
      '',
      `${step}, ${plural(count, 'time')}, first ${where}`,
      ...own.map((line) => `  ${line}`),
    ];
    if (lines.length + next.length > room - 1) break;
    lines.push(...next);
    shown++;
  }
  const left = diffs.length - shown;
  return left === 0
    ? lines
    : [...lines, `${left} more changes of prologues and tail calls.`].slice(0, room);
};
