// The types that all table formats share.
import type {Comparison, Samples, Session} from '../../results/types.ts';
import type {Words} from './words.ts';

/** `session` and `samples`: the source of the comparison, for facts about the host and its runs. */
export interface TableOptions {
  readonly session?: Session;
  readonly samples?: Samples | null;
  readonly words?: Words;
}

/** Writes a comparison as text. The caller makes all texts visible first. */
export type TableFormat = (comparison: Comparison, options: TableOptions) => string;
