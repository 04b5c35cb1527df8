// The states of a session: requested, prepared, measured.
import {removeScratch} from '../host/scratch.ts';
import type {Journal, JournalBlock, JournalHeader} from '../../results/store/index.ts';
import type {Samples, Session, Warning} from '../../results/types.ts';
import type {Perf} from '../perf/perf.ts';
import {derivedSeed, seededRandom} from '../derived-seed.ts';
import type {MeasureOptions, Target} from './measure-options.ts';
import type {Subject} from './subject.ts';
import type {PreparedSlices} from './slices-target.ts';

export interface MeasureRequest {
  readonly target: Target;
  readonly options: MeasureOptions;
  readonly store: string;
  readonly quiet: boolean;
  readonly night?: string;
  /**
   * Seconds left in all: the time of `options` is then kept even if it is short, and a session is
   * refused if not even one quad fits.
   */
  readonly left?: number;
}

export interface Measured {
  readonly session: Session;
  readonly samples: Samples | null;
  readonly aaSamples: Samples | null;
  readonly folder: string;
}

/** A prepared session: its journal exists, its blocks are still to be run. */
export interface PreparedSession {
  readonly header: JournalHeader;
  readonly journal: Journal;
  readonly done: readonly JournalBlock[];
  /** What was wrong with the journal that it continues. */
  readonly warnings: readonly Warning[];
  readonly subjects: {readonly before: Subject; readonly after: Subject | null};
  /** Null if the session consists of slices only. */
  readonly perf: Perf | null;
  readonly slices: PreparedSlices | {readonly missing: string} | null;
  readonly options: MeasureOptions;
  readonly target: Target;
  readonly folder: string;
}

/** Discards a prepared session that will not run, with its journal and its scratch folder. */
export const discardPrepared = ({journal, folder}: PreparedSession): void => {
  journal.remove();
  removeScratch(folder);
};

/** Leaves the journal for another resume. */
export const releasePrepared = ({journal, folder}: PreparedSession): void => {
  journal.close();
  removeScratch(folder);
};

/** Four characters that tell sessions of the same millisecond apart. */
export const sessionSuffix = (seed: number, now: Date): string => {
  const random = seededRandom(derivedSeed(seed, now.getTime() % 2 ** 32, process.pid));
  return Array.from({length: 4}, () => Math.floor(random() * 36).toString(36)).join('');
};
