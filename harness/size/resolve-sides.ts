// Makes the sides of a size report ready. Nothing needs to be built for built-in variants.
import {isVariant} from '../../jit/variants/list/index.ts';
import {resolveSide} from '../sides/resolve.ts';
import type {SideIo} from '../sides/resolve.ts';
import type {Sides} from './size-file.ts';

export const resolveSides = async (
  {before, afters}: Pick<Sides, 'before' | 'afters'>,
  io: SideIo,
  rules: string | null,
): Promise<void> => {
  for (const side of new Set([before, ...afters]))
    if (side !== 'kernel' && !isVariant(side)) await resolveSide(side, {io, rules});
};
