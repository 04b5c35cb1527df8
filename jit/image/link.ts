// The linker: programs compiled for size, placed, compiled again for their addresses, with the
// thunks their layout needs.
import {createHash} from 'node:crypto';
import {compilePrograms} from '../compile.ts';
import type {CompileOptions} from '../compile.ts';
import {refuse} from '../refusal.ts';
import {placeFunctions} from './placement.ts';
import {thunksFor} from './thunks.ts';
import type {Thunk} from './thunks.ts';
import type {Compiled, Image, ImageFunction, Layout, Placement, VerifiedProgram} from '../types.ts';
import {variantOf} from '../variants/list/index.ts';
import type {Variant} from '../variants/variant.ts';

export interface LinkProgram {
  readonly name: string;
  readonly verified: VerifiedProgram;
  /** Names of its functions; the first is the main program. */
  readonly functionNames?: readonly string[];
}

export interface LinkOptions extends CompileOptions {
  readonly programs: readonly LinkProgram[];
  /** A name, or a variant that is not in the list. */
  readonly variant: string | Variant;
  /**
   * Overrides fields of the variant's user-space layout. `returnThunk: 0n` requests a return thunk,
   * as kernels have on CPUs that need one.
   */
  readonly layout?: Partial<Layout>;
  readonly placement: Placement;
  /** Uniform numbers in [0, 1), for placements with a seed. */
  readonly random?: () => number;
  /** Addresses for functions of these sizes in bytes, instead of what `placement` says. */
  readonly place?: (sizes: readonly number[]) => bigint[];
  /**
   * Page-aligned start of the memory the image may use; below 2 GiB, so that calls reach helpers at
   * low addresses.
   */
  readonly region: bigint;
}

const noRandom = (): never => {
  throw new Error('A placement with a seed needs a source of random numbers.');
};

/**
 * Throws a CompileRefusal if the variant's kernel would refuse a program, or a call does not reach.
 */
export const linkImage = (options: LinkOptions): Image => {
  const variant = variantOf(options.variant);
  const wanted: Layout = {...variant.layout, ...options.layout};
  const thunks = thunksFor(variant, wanted);
  const compile = (programs: readonly VerifiedProgram[], layout: Layout): readonly Compiled[] =>
    compilePrograms(
      programs,
      variant,
      layout,
      options.driver === undefined ? {} : {driver: options.driver},
    );

  const draftLayout = thunks.reduce(
    (layout, thunk) => ({...layout, [thunk.field]: options.region}),
    wanted,
  );
  const draftBases = (program: VerifiedProgram) =>
    withBases(
      program,
      program.functions.map(() => options.region),
    );
  const drafts = compile(
    options.programs.map(({verified}) => draftBases(verified)),
    draftLayout,
  );
  const sizes = drafts.flatMap((draft) =>
    draft.functions.map(({code}, index) => code.length + slack(variant, draft, index)),
  );
  const allSizes = [...sizes, ...thunks.map(({code}) => code.length)];
  const bases =
    options.place?.(allSizes) ??
    placeFunctions(allSizes, options.placement, options.region, options.random ?? noRandom);

  const thunkBases = bases.slice(sizes.length);
  const layout = thunks.reduce(
    (each, thunk, index) => ({...each, [thunk.field]: thunkBases[index]}),
    wanted,
  );
  const placed = options.programs.map(({verified}) =>
    withBases(verified, bases.splice(0, verified.functions.length)),
  );
  const compiled = compile(placed, layout);
  checkRoom(compiled, sizes);
  const programs = options.programs.map(({name}, index) => ({
    name,
    verified: placed[index],
    compiled: compiled[index],
  }));
  const functions = programs.flatMap(({name, compiled}, index) =>
    compiled.functions.map((each, number): ImageFunction => ({
      ...each,
      program: name,
      symbol: symbol(options.programs[index], number),
    })),
  );
  const thunkFunctions = thunks.map((thunk, index) => thunkFunction(thunk, thunkBases[index]));
  return {
    variant: variant.name,
    layout,
    placement: options.placement,
    functions: [...functions, ...thunkFunctions],
    programs,
    hash: hashOf(draftLayout, drafts),
  };
};

const thunkFunction = ({name, code}: Thunk, base: bigint): ImageFunction => ({
  base,
  code,
  ends: Uint32Array.of(code.length),
  marks: () => [{offset: 0, bytes: code.length, step: 'thunk', insn: -1}],
  symbol: name,
  program: '',
});

/** Code from a foreign compiler may depend on its address in ways we do not know. */
const checkRoom = (compiled: readonly Compiled[], sizes: readonly number[]): void => {
  const grown = compiled
    .flatMap(({functions}) => functions)
    .findIndex(({code}, index) => code.length > sizes[index]);
  if (grown >= 0)
    refuse(
      'length-changed',
      `function ${grown} grew when it was compiled again at its address`,
      'The code must not get longer when its address changes.',
    );
};

const withBases = (program: VerifiedProgram, bases: readonly bigint[]): VerifiedProgram => ({
  ...program,
  functions: program.functions.map((each, index) => ({...each, base: bases[index]})),
});

/** Alignment nops depend on the address: up to 15 more bytes for each direct tail call. */
const slack = ({driver}: Variant, {pokes}: Compiled, index: number): number =>
  driver === 'kernel' ? 0 : 15 * pokes.filter((poke) => poke.function === index).length;

const symbol = ({name, functionNames}: LinkProgram, index: number): string => {
  if (index === 0) return name;
  return `${name}.${functionNames?.[index] ?? index}`;
};

/**
 * Covers the code as compiled before it was placed, and its patch sites: two placements of one image
 * have the same hash, and so do two compilers that agree.
 */
const hashOf = (layout: Layout, drafts: readonly Compiled[]): string => {
  const hash = createHash('sha256');
  const {callBase: _callBase, ...relative} = layout;
  hash.update(
    JSON.stringify([relative, drafts.map(({pokes}) => pokes)], (_key, value: unknown) =>
      typeof value === 'bigint' ? 'address' : value,
    ),
  );
  for (const {code} of drafts.flatMap((draft) => draft.functions))
    hash.update(`\n${code.length}\n`).update(code);
  return hash.digest('hex');
};
