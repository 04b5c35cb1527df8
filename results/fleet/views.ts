// The shapes of a fleet's five views: what the database's queries return and the pages draw.
import type {EventKind, HostRecord, Verdict} from '../types.ts';
import type {AlertState} from '../history/alert-states.ts';
import type {Evidence, Reality} from './is-real.ts';
import type {OverHosts} from './over-hosts.ts';
import type {SeriesName} from './session-points.ts';

export interface SeriesRef extends SeriesName {
  readonly id: number;
  readonly unit: string;
  readonly kind: EventKind;
}

/** A series in the list of all. */
export interface ListedSeries extends SeriesRef {
  readonly hosts: number;
  readonly lastNight: string;
}

/** What is known of a host besides its results; all of it may be missing. */
export interface FleetHost {
  readonly name: string;
  readonly class: string | null;
  readonly drained: boolean;
  /** `waiting`, `measuring`, `gone`, `never seen`. */
  readonly state: string;
  readonly seen: string | null;
  readonly queued: number;
}

/** One host's answer in a group of changes. */
export interface CellView extends Evidence {
  readonly host: string;
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly level: number | null;
  readonly verdict: Verdict | null;
  /** Not seen in the night before. */
  readonly isNew: boolean;
  readonly session: string;
  readonly commit: string | null;
  readonly commitBefore: string | null;
  readonly alert: {readonly id: string; readonly state: AlertState} | null;
}

/** A change: one event of one workload between two commits, on all hosts that measured it. */
export interface ChangeGroup {
  /** Commits of the last session before and the first with the change; null if not known. */
  readonly range: {readonly from: string | null; readonly to: string | null};
  readonly series: SeriesRef;
  /** In the order of the view's hosts; null = not measured there. */
  readonly cells: readonly (CellView | null)[];
  readonly over: OverHosts;
  readonly real: Reality;
}

export interface LastNightView {
  /** Null if nothing was ever measured. */
  readonly night: string | null;
  readonly earlier: string | null;
  readonly later: string | null;
  /** Hosts that reported, in order of name. */
  readonly hosts: readonly string[];
  readonly missing: readonly {readonly host: string; readonly why: string}[];
  readonly sessions: number;
  /** Changes that were not seen the night before, largest first. */
  readonly groups: readonly ChangeGroup[];
  /** How many new changes are not in `groups`, and how many changes are as the night before. */
  readonly left: {readonly groups: number; readonly standing: number};
  /** What nights reported about their hosts: alerts other than changes. */
  readonly alerts: readonly {readonly host: string; readonly text: string}[];
}

/**
 * Columns of equal length, oldest first; `value` is the ratio, or the level if there is one side.
 */
export interface HostSeries {
  readonly host: string;
  readonly at: readonly string[];
  readonly value: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  readonly verdict: readonly (Verdict | null)[];
  /** Indexes of nights that stand out and are set aside. */
  readonly spikes: readonly number[];
  readonly segments: readonly {
    readonly from: string;
    readonly to: string;
    readonly level: number | null;
  }[];
  readonly changes: readonly {
    readonly at: string;
    readonly night: string;
    readonly ratio: number | null;
    readonly sessionBefore: string;
    readonly sessionAfter: string;
  }[];
  /** What the host record changed. */
  readonly marks: readonly {readonly night: string; readonly text: string}[];
  readonly lastSession: string | null;
}

export interface SeriesView {
  readonly series: SeriesRef;
  readonly hosts: readonly HostSeries[];
  readonly notes: readonly {readonly night: string; readonly text: string}[];
  /** Of each host's last session. */
  readonly over: OverHosts;
}

export interface SessionRef {
  readonly name: string;
  readonly host: string;
  readonly at: string;
  readonly commit: string | null;
  readonly workload: string;
  readonly before: string;
  readonly after: string;
  readonly suite: string | null;
  readonly record: HostRecord;
}

export interface CompareRow {
  readonly event: string;
  readonly unit: string;
  readonly values: readonly [ComparedValue | null, ComparedValue | null];
  /** The intervals of both ratios do not overlap; null if one has none. */
  readonly apart: boolean | null;
}

export interface ComparedValue {
  readonly level: number | null;
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly verdict: Verdict | null;
}

export interface CompareView {
  readonly sessions: readonly [SessionRef, SessionRef];
  /** `microcode 0x1 -> 0x2`. */
  readonly recordChanges: readonly string[];
  readonly rows: readonly CompareRow[];
}

export interface CommitView {
  readonly commit: string;
  readonly hosts: readonly string[];
  readonly groups: readonly ChangeGroup[];
  readonly equal: number;
  readonly unsettled: number;
}

export interface HostView {
  readonly name: string;
  readonly fleet: FleetHost | null;
  readonly lastNight: string | null;
  /** Of the last 30 nights on which it reported. */
  readonly sessions: number;
  readonly refused: number;
  readonly aa: {readonly changed: number; readonly rows: number};
  readonly record: HostRecord | null;
  readonly recordChanges: readonly {readonly night: string; readonly text: string}[];
}

export interface AlertLine {
  readonly id: string;
  readonly night: string;
  readonly host: string;
  readonly series: SeriesRef;
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly verdict: Verdict | null;
  readonly session: string;
  readonly suite: string | null;
  readonly variant: string | null;
  readonly commit: string | null;
  readonly commitBefore: string | null;
  readonly sessionBefore: string | null;
  readonly state: AlertState;
  readonly owner: string | null;
  readonly note: string;
}

/** A job requested at the commit of an alert, or from the one before it. */
export interface AlertJob {
  readonly id: string;
  readonly state: string;
  readonly by: string;
  readonly created: string;
  /** Null if it measures `commit`, else it bisects from here to `commit`. */
  readonly good: string | null;
  readonly commit: string;
  /** What it found, or why it failed. */
  readonly message: string | null;
}

export interface AlertView {
  readonly alert: AlertLine;
  readonly group: ChangeGroup;
  /** Hosts of `group.cells`. */
  readonly hosts: readonly string[];
  readonly moves: readonly {
    readonly at: string;
    readonly by: string;
    readonly state: AlertState;
    readonly owner: string | null;
    readonly note: string;
  }[];
}
