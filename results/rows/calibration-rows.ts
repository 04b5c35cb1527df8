// Rows of the A/A calibration: in how many sessions identical code was called changed, with an
// interval, against the promised rate.
import {isClaim} from '../claims.ts';
import {rateInterval} from '../stats/distributions.ts';
import type {Session} from '../types.ts';

/**
 * Of `tables` A/A tables, `wrong` had a row called `more` or `less`; shares 0..1 with a 95 %
 * interval.
 */
export interface AaRate {
  readonly label: string;
  readonly tables: number;
  readonly wrong: number;
  readonly low: number;
  readonly high: number;
}

/**
 * All sessions first, then each workload if there are several. Empty if no session was an A/A, or
 * had one next to it that is long enough.
 */
export const aaRates = (tables: readonly AaTable[]): AaRate[] => {
  const workloads = [...new Set(tables.map(({workload}) => workload))].sort();
  if (tables.length === 0) return [];
  return [
    rate('all sessions', tables),
    ...(workloads.length < 2
      ? []
      : workloads.map((name) =>
          rate(
            name,
            tables.filter(({workload}) => workload === name),
          ),
        )),
  ];
};

/** An A/A with fewer quads cannot claim anything, so it says nothing. */
export const fewestAaQuads = 4;

/** One A/A table, and whether it called anything changed. */
export interface AaTable {
  readonly workload: string;
  readonly changed: boolean;
}

/** The A/A next to a session, and the session itself if both of its sides are one image. */
export const aaTables = ({
  workload,
  before,
  comparison,
}: Pick<Session, 'workload' | 'before' | 'comparison'>): AaTable[] => {
  if (comparison === null) return [];
  const name = workload ?? before.label;
  return [
    ...(comparison.aa === null || comparison.aa.quads < fewestAaQuads
      ? []
      : [{workload: name, changed: comparison.aa.changed > 0}]),
    ...(comparison.sameImage && (comparison.quads ?? fewestAaQuads) >= fewestAaQuads
      ? [
          {
            workload: name,
            changed: comparison.rows.some(({verdict, measuredVerdict = verdict}) =>
              isClaim({verdict: measuredVerdict}),
            ),
          },
        ]
      : []),
  ];
};

const rate = (label: string, tables: readonly AaTable[]): AaRate => {
  const wrong = tables.filter(({changed}) => changed).length;
  const {low, high} = rateInterval(wrong, tables.length);
  return {label, tables: tables.length, wrong, low, high};
};
