// A side of a comparison by slices.
import type {Workload} from '../../workloads/types.ts';
import type {Template} from './template.ts';

/** A side compiled for the memory of either slot. */
export type CopiedSide = readonly [readonly Template[], readonly Template[]];
/** A side that the running kernel compiles and places. */
export interface LoadedSide {
  readonly workload: Workload;
}
/** Both sides of a comparison are of the same kind. */
export type SliceSide = CopiedSide | LoadedSide;
