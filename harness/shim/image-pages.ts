// The pages that an image needs: adjacent pages make one segment.
import type {CompiledFunction} from '../../jit/types.ts';
import type {Segment} from './job.ts';

const page = 4096n;

/**
 * Segments with guard pages between them; those that are too close for that are joined. Bytes
 * between functions hold int3.
 */
export const imageSegments = (
  functions: readonly Pick<CompiledFunction, 'base' | 'code'>[],
): Segment[] => {
  const spans = functions
    .map(({base, code}) => ({
      start: base & -page,
      end: (base + BigInt(Math.max(code.length, 1)) + page - 1n) & -page,
    }))
    .sort((a, b) => (a.start < b.start ? -1 : 1));
  const joined: {start: bigint; end: bigint}[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    // Each segment has a guard page at either end, so there must be room for two between segments.
    if (last !== undefined && span.start < last.end + 2n * page)
      last.end = span.end > last.end ? span.end : last.end;
    else joined.push({...span});
  }
  return joined.map(({start, end}) => ({
    op: 'segment',
    address: start,
    bytes: Number(end - start),
    access: 'rx',
  }));
};
