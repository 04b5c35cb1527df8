// A variant is checked before anything is measured with it: its frames, and its runs of random
// programs against the reference interpreter. What was found well is remembered by its code.
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {variantTroubles} from '../../jit/variants/check-variant.ts';
import {variantHash} from '../../jit/variants/variant-code.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import {UserError} from '../../results/error.ts';
import {removeScratch, scratchFolder} from '../host/scratch.ts';
import {chain, chainKinds} from './chains.ts';
import {generate, slotsPerSeed} from './generate.ts';
import type {Generated} from './generate.ts';
import {countingOf, imageHashOf, playInterpreted, playNative, refusalOf} from './play-programs.ts';
import type {Expected, NativeOptions} from './play-programs.ts';
import type {Shim} from '../shim/build-shim.ts';
import {shimFolder} from '../shim/build-shim.ts';

export interface CacheOptions {
  /** Default: `variants` next to the folder of the shims. */
  readonly cacheDir?: string;
  /** What else decides over the result. Default: the sources of the compiler and the interpreter. */
  readonly compiler?: string;
}

export interface EnsureOptions extends CacheOptions {
  readonly shim: Shim;
}

const programs = 200;
const perProcess = 100;
/** A hundred programs take milliseconds. */
const watchdogMs = 5000;

/**
 * What a variant was posted with and is measured with all the same, since it shows just that: its
 * name, and the violations it may have.
 */
const known: ReadonlyMap<string, RegExp> = new Map([
  ['unwind-nop5-push', /^direct tail call that misses: \w+ holds caller's/],
]);

/**
 * Throws a UserError if some frame of the variant is not what it must be. If another program
 * compiles, only its runs can be checked.
 */
export const ensureFrames = (variant: Variant, options: CacheOptions = {}): void => {
  if (variant.foreign !== undefined) return;
  remembered(`${hashOf(variant)}-frames`, options, () => {
    const allowed = known.get(variant.name);
    const [first, ...others] = variantTroubles(variant).filter(
      (trouble) => allowed?.test(trouble) !== true,
    );
    if (first !== undefined)
      refuse(
        variant,
        `${first}${others.length === 0 ? '' : ` (and ${others.length} more faults)`}`,
      );
  });
};

/**
 * As `ensureFrames`, and plays a few hundred random programs with tail calls, subprograms and full
 * stacks: each must end as the reference interpreter says. Takes some seconds once for a variant.
 */
export const ensureVariant = async (variant: Variant, options: EnsureOptions): Promise<void> => {
  ensureFrames(variant, options);
  const key = variant.foreign === undefined ? hashOf(variant) : foreignHash(variant, options);
  const path = pathOf(`${key}-runs ${options.shim.hash}`, options);
  if (existsSync(path)) return;
  const folder = scratchFolder('variant');
  try {
    const fault = await playAll(variant, {
      variant,
      folder,
      slots,
      shim: options.shim,
      watchdogMs,
    });
    if (fault !== null) refuse(variant, fault);
  } finally {
    removeScratch(folder);
  }
  remember(path);
};

const hashes = new WeakMap<Variant, string>();
const hashOf = (variant: Variant): string => {
  const hash = hashes.get(variant) ?? variantHash(variant);
  hashes.set(variant, hash);
  return hash;
};

const refuse = (variant: Variant, fault: string): never => {
  throw new UserError(
    `Variant ${variant.name} is broken: ${fault}.`,
    variant.foreign === undefined
      ? 'Fix its steps; docs/variant-checks.md says what must hold in every frame.'
      : 'Fix the compiler; jitstat emitter check compares its answers one by one.',
  );
};

const slots = perProcess * slotsPerSeed + chainKinds.length;

/** What went wrong first, or null. */
const playAll = async (variant: Variant, options: NativeOptions): Promise<string | null> => {
  for (let first = 1; first <= programs; first += perProcess) {
    const random = Array.from({length: perProcess}, (_, index) =>
      randomProgram(variant, first + index, index),
    );
    const all = first === 1 ? [...random, ...chains(variant)] : random;
    const list = all.flatMap((generated) => expectedOf(variant, generated, options) ?? []);
    const result = await playNative(list, options);
    if (result !== 'ok')
      return `random programs end otherwise than in the reference interpreter: ${result}`;
  }
  return null;
};

const randomProgram = (variant: Variant, seed: number, index: number): Generated =>
  generate(seed, {
    isa: variant.rules.isa,
    firstSlot: index * slotsPerSeed,
    slots,
    tailCalls: !known.has(variant.name),
    fullStacks: true,
  });

/** Tail calls up to the limit, which random programs do not come to. */
const chains = (variant: Variant): Generated[] =>
  known.has(variant.name)
    ? []
    : chainKinds
        .filter((kind) => kind !== 'subprogram' || countingOf(variant).tailCallCounter !== 'fresh')
        .map((kind, index) => chain(kind, slots - 1 - index, slots));

/** Programs and what the interpreter says of them, or null if the variant's kernel refuses them. */
const expectedOf = (
  variant: Variant,
  generated: Generated,
  options: NativeOptions,
): Expected | null => {
  const mixes =
    variant.rules.tailCallsInSubprograms === 'refuse' &&
    generated.programs.some(({functions}) => functions.length > 1);
  if (mixes && refusalOf(generated.programs, options) !== null) return null;
  const {outcome, packet} = playInterpreted(generated, countingOf(variant));
  if (outcome.kind !== 'returned')
    throw new Error(`seed ${generated.seed}: ${JSON.stringify(outcome)}`);
  return {generated, value: outcome.value, packet};
};

/** Another program's compiler is known by what it answers for a few programs. */
const foreignHash = (variant: Variant, {shim}: EnsureOptions): string => {
  const hash = createHash('sha256').update(variant.name);
  for (let seed = 1; seed <= 8; seed++) {
    const {isa} = variant.rules;
    const generated = generate(seed, {isa, firstSlot: 0, slots: slotsPerSeed, tailCalls: true});
    hash.update(imageHashOf(generated.programs, {variant, shim, folder: '', slots: slotsPerSeed}));
  }
  return hash.digest('hex');
};

const remembered = (key: string, options: CacheOptions, check: () => void): void => {
  const path = pathOf(key, options);
  if (existsSync(path)) return;
  check();
  remember(path);
};

const pathOf = (key: string, {cacheDir, compiler = compilerHash()}: CacheOptions): string =>
  join(
    cacheDir ?? join(dirname(shimFolder()), 'variants'),
    createHash('sha256').update(`${compiler} ${key}`).digest('hex').slice(0, 32),
  );

let compilerHashOnce: string | null = null;

/** Over the compiler, its interpreter and these checks: what passed older ones is checked again. */
const compilerHash = (): string => {
  if (compilerHashOnce !== null) return compilerHashOnce;
  const here = dirname(fileURLToPath(import.meta.url));
  const hash = createHash('sha256');
  for (const folder of [join(here, '../../jit'), here])
    for (const name of readdirSync(folder, {recursive: true, encoding: 'utf8'}).sort())
      if (isSource.test(name)) hash.update(`\0${name}\0`).update(readFileSync(join(folder, name)));
  return (compilerHashOnce = hash.digest('hex'));
};

/** TypeScript, or JavaScript after a build; no tests, declarations or test data. */
const isSource = /^(?!.*(?:testdata|bench)\/)(?!.*\.(?:test|fixture|d)\.ts$).*\.[jt]s$/;

/** If it cannot be remembered, the next command checks again. */
const remember = (path: string): void => {
  try {
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, '');
  } catch {
    return;
  }
};
