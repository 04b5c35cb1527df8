// What a text table may use besides the comparison.
import type {Samples, Session} from '../../results/types.ts';
import type {Words} from './words.ts';

/** `session` and `samples`: where the comparison comes from, for facts of the host and its runs. */
export interface TableOptions {
  readonly session?: Session;
  readonly samples?: Samples | null;
  readonly words?: Words;
}
