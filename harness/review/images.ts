// Both sides' images of every workload: sizes, whether they are the same, and poke sites that moved.
import type {Image, PokeSite} from '../../jit/types.ts';
import {workloads} from '../../workloads/list/index.ts';
import type {Workload} from '../../workloads/types.ts';
import {troubleOf} from '../command/trouble.ts';
import type {Shim} from '../shim/build-shim.ts';
import {prepareImage} from '../shim/prepare.ts';

export interface ReviewedImage {
  readonly workload: string;
  readonly before: Image;
  readonly after: Image;
  readonly bytes: readonly [before: number, after: number];
  readonly isSame: boolean;
}

/** A workload that one side, or neither, compiles. */
export interface RefusedImage {
  readonly workload: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface ReviewedImages {
  readonly images: readonly ReviewedImage[];
  readonly refused: readonly RefusedImage[];
}

/** Compiles all workloads for both sides at one place. */
export const reviewImages = (before: string, after: string, shim: Shim): ReviewedImages => {
  const images: ReviewedImage[] = [];
  const refused: RefusedImage[] = [];
  for (const workload of workloads) {
    const [one, other] = [before, after].map((variant) => imageOf(workload, variant, shim));
    if (typeof one === 'string' || typeof other === 'string') {
      const reason = (image: Image | string) => (typeof image === 'string' ? image : null);
      refused.push({workload: workload.name, before: reason(one), after: reason(other)});
      continue;
    }
    images.push({
      workload: workload.name,
      before: one,
      after: other,
      bytes: [bytesOf(one), bytesOf(other)],
      isSame: one.hash === other.hash,
    });
  }
  return {images, refused};
};

/** The image, or why there is none. */
const imageOf = (workload: Workload, variant: string, shim: Shim): Image | string => {
  try {
    return prepareImage({workload, variant, shim, placement: {kind: 'fixed', offset: 0}}).image;
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble === null) throw error;
    return trouble.message;
  }
};

const bytesOf = ({functions}: Image): number =>
  functions.reduce((sum, {program, code}) => sum + (program === '' ? 0 : code.length), 0);

/** One direct tail call whose patched places have moved. */
export interface MovedPoke {
  readonly workload: string;
  readonly symbol: string;
  readonly insn: number;
  readonly before: PokeSite;
  readonly after: PokeSite;
}

export const movedPokes = ({workload, before, after}: ReviewedImage): readonly MovedPoke[] =>
  before.programs.flatMap(({name, compiled}, program) =>
    compiled.pokes.flatMap((poke, index): MovedPoke[] => {
      const now = after.programs[program].compiled.pokes[index];
      const places = ({target, bypass, bypassTarget, adj}: PokeSite) =>
        [target, bypass, bypassTarget, adj].join();
      if (now === undefined || places(poke) === places(now)) return [];
      const symbol = poke.function === 0 ? name : `${name}.${poke.function}`;
      return [{workload, symbol, insn: poke.insn, before: poke, after: now}];
    }),
  );
