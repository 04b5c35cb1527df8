// `jitstat review SERIES --tree DIR`: what a JIT patch does, as a reply of at most 60 lines.
import {findWorkload} from '../../workloads/list/index.ts';
import type {Workload} from '../../workloads/types.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import {UserError} from '../../results/error.ts';
import type {Command, CommandArguments, Io} from '../command/command.ts';
import {exitCodes, flag, number, storeOf, text, texts} from '../command/command.ts';
import {loadWorkloads} from '../measure/load-target.ts';
import {measure} from '../measure/measure.ts';
import {readMeasureOptions} from '../measure/read-options.ts';
import {checkWorkloads} from '../emitter/check-emitter.ts';
import {countPair} from '../review/counts.ts';
import {movedPokes, reviewImages} from '../review/images.ts';
import {listingDiffs} from '../review/listing-diff.ts';
import type {Review} from '../review/review-text.ts';
import {reviewText} from '../review/review-text.ts';
import {buildShim} from '../shim/build-shim.ts';
import {resolveSide} from '../sides/resolve.ts';
import {readSeries} from '../tree/patch-series.ts';
import {parseTree} from '../tree/spec.ts';
import {buildTreeEmitter} from '../tree/tree-side.ts';
import {usual, table} from '../usage/review.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const tree = text(args, 'tree');
    if (tree === undefined)
      throw new UserError(
        'review needs a patch and the tree it is for.',
        'For example jitstat review series.mbox --tree ~/linux.',
      );
    const review = await reviewOf(io, args, tree);
    io.out(flag(args, 'json') ? `${JSON.stringify(documentOf(review))}\n` : reviewText(review));
    return exitCodes.done;
  },
};

const reviewOf = async (io: Io, args: CommandArguments, tree: string): Promise<Review> => {
  const given = texts(args, 'workload');
  const workloads = (given.length === 0 ? usual : given).map(findWorkload);
  const before = `tree:${tree}`;
  const after = [before, ...args.positionals].join('+');
  const context = {io, rules: text(args, 'rules') ?? null};
  const spec = parseTree(after.slice('tree:'.length), io.cwd);
  const {patches} = readSeries(spec.patches);
  for (const side of [before, after]) await resolveSide(side, context);
  const {outside} = await buildTreeEmitter(after, spec, () => {});
  const shim = await buildShim('user');
  const {images, refused} = reviewImages(before, after, shim);
  const failing: Review['failing'][number][] = [];
  for (const side of ['before', 'after'] as const)
    for (const row of await checkWorkloads(findVariant({before, after}[side]), shim))
      if (row.status === 'broken') failing.push({side, row});
  const compiled = workloads.filter(
    ({name}) =>
      images.some(({workload}) => workload === name) &&
      failing.every(({row}) => row.check !== name),
  );
  const changed = compiled.filter(
    ({name}) => images.find(({workload}) => workload === name)?.isSame === false,
  );
  const counts: Review['counts'][number][] = [];
  for (const workload of compiled) counts.push(await countPair(workload, before, after));
  return {
    titles: patches.map(({title}) => title),
    base: findVariant(before).from.replace(/ \(.*$/s, ''),
    rules: findVariant(after).foreign!.like,
    outside,
    images,
    refused,
    failing,
    counts: counts.filter((pair, index) => typeof pair !== 'string' || index === 0),
    // The same code takes the same time, so only workloads that changed are measured.
    slices: flag(args, 'no-slices') ? [] : await slicesOf(io, args, changed, before, after),
    moved: images.flatMap(movedPokes),
    diffs: listingDiffs(images),
  };
};

const slicesOf = async (
  io: Io,
  args: CommandArguments,
  workloads: readonly Workload[],
  before: string,
  after: string,
): Promise<Review['slices']> => {
  const time = number(args, 'time') ?? 10;
  const rules = text(args, 'rules');
  const values = {design: 'slices', time, 'no-aa': true, ...(rules === undefined ? {} : {rules})};
  const options = readMeasureOptions({values, positionals: [], rest: []}, io.now());
  const store = storeOf(io, args);
  const found: {workload: string; row: Review['slices'][number]['row']}[] = [];
  for (const {name: workload} of workloads) {
    const target = loadWorkloads({kind: 'workload', workload, before, after}, io.cwd);
    const {session} = await measure(io, {target, options, store, quiet: flag(args, 'quiet')});
    const row = session.comparison?.rows.find(({event}) => event === 'slices/ns-per-execution/');
    if (row !== undefined) found.push({workload, row});
  }
  return found;
};

/** Schema `jitstat/review/1`; it leaves out the code itself, which `jit --json` prints. */
const documentOf = ({images, ...review}: Review): object => ({
  schema: 'jitstat/review/1',
  ...review,
  images: images.map(({workload, bytes, isSame}) => ({workload, bytes, isSame})),
});
