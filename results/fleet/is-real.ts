// "Is it real" in one line: was it seen again, was the A/A quiet, and on how many hosts.
import {plural} from '../wording.ts';

export interface Evidence {
  /** A second measurement said the same; null = there was none. */
  readonly confirmed: boolean | null;
  /** The A/A of the same session or night showed no change; null = none was measured. */
  readonly aaQuiet: boolean | null;
}

export interface Reality {
  /** `yes` only if nothing speaks against it and it was seen more than once. */
  readonly answer: 'yes' | 'no' | 'not known';
  readonly text: string;
}

/** `evidence` of each host that shows the change, `hosts` that measured it in all. */
export const isReal = (evidence: readonly Evidence[], hosts: number): Reality => {
  const changed = evidence.length;
  const again = evidence.filter(({confirmed}) => confirmed === true).length;
  const refuted = evidence.filter(({confirmed}) => confirmed === false).length;
  const quiet = evidence.filter(({aaQuiet}) => aaQuiet === true).length;
  const loud = evidence.filter(({aaQuiet}) => aaQuiet === false).length;
  const parts = [
    again === 0 && refuted === 0
      ? 'not measured again yet'
      : refuted === 0
        ? `confirmed by repetition${again === changed ? '' : ` on ${again}`}`
        : `a repetition says otherwise on ${refuted}${again === 0 ? '' : `, confirmed on ${again}`}`,
    loud > 0
      ? `A/A not quiet on ${loud}`
      : quiet === 0
        ? 'no A/A'
        : quiet === changed
          ? 'A/A quiet'
          : `A/A quiet on ${quiet}, none on ${changed - quiet}`,
    `on ${changed} of ${plural(hosts, 'host')}`,
  ];
  const seenTwice = again > 0 || changed > 1;
  return {
    answer:
      refuted > again || (loud > 0 && quiet === 0)
        ? 'no'
        : seenTwice && refuted === 0 && loud === 0 && quiet > 0
          ? 'yes'
          : 'not known',
    text: parts.join(', '),
  };
};
