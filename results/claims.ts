// Which verdicts say that something changed.
import type {Verdict} from './types.ts';

/** True if the verdict is `more` or `less`. */
export const isClaim = ({verdict}: {readonly verdict: Verdict | null}): boolean =>
  verdict === 'more' || verdict === 'less';
