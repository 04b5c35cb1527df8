// What every export starts from: one row per session, event and side.
import type {ExportName} from './names.ts';
import type {Night} from '../history/types.ts';
import type {ComparisonRow, Samples, Session, SideInfo, SideStats} from '../types.ts';

/**
 * Sessions with their raw runs if the store has them, and the night that measured them if there was
 * one.
 */
export interface ExportInput {
  readonly sessions: readonly {readonly session: Session; readonly samples: Samples | null}[];
  readonly night: Night | null;
}

/** An export: `write` is pure and returns the whole file. */
export interface ExportWriter {
  /** What it is for, in one clause. */
  readonly what: string;
  /** Reads the raw runs; the others need the summaries alone. */
  readonly needsRuns?: true;
  readonly write: (input: ExportInput) => string;
}

export interface Export extends ExportWriter {
  readonly name: ExportName;
}

export interface ExportRow {
  readonly session: Session;
  readonly workload: string;
  readonly side: 'before' | 'after';
  readonly info: SideInfo;
  /** The variant, or the command's label. */
  readonly label: string;
  readonly event: string;
  readonly unit: string;
  readonly stats: SideStats;
  /** Runs flagged as spikes; null for one-sided sessions. */
  readonly spikes: number | null;
  readonly row: ComparisonRow | null;
}

export const exportRows = (session: Session): ExportRow[] => {
  const {before, after} = session;
  const common = {session, workload: workloadName(session)};
  if (session.comparison === null) {
    return session.summary.map(({event, unit, stats}) => ({
      ...common,
      side: 'before',
      info: before,
      label: label(before),
      event,
      unit,
      stats,
      spikes: null,
      row: null,
    }));
  }
  return session.comparison.rows.flatMap((row) =>
    (['before', 'after'] as const).flatMap((side): ExportRow[] => {
      const info = side === 'before' ? before : after;
      return info === null
        ? []
        : [
            {
              ...common,
              side,
              info,
              label: label(info),
              event: row.event,
              unit: row.unit,
              stats: row[side],
              spikes: row.spikes[side].length,
              row,
            },
          ];
    }),
  );
};

/** The rows of all sessions, by their names. */
export const allRows = (input: ExportInput): ExportRow[] => {
  const nameOf = namesOf(input);
  return input.sessions.flatMap(({session}) =>
    exportRows(session).map((row) => ({...row, workload: nameOf(session)})),
  );
};

/**
 * The name of the night's entry, or else that of the workload, which counts as several if it was
 * measured with several repeats.
 */
export const namesOf = ({sessions, night}: ExportInput): ((session: Session) => string) => {
  const entries = new Map(
    (night?.workloads ?? []).flatMap(({name, session, confirm}) =>
      [session, confirm].map((id) => [id, name] as const),
    ),
  );
  const repeats = new Map<string, Set<number>>();
  for (const {session} of sessions)
    repeats.set(
      workloadName(session),
      (repeats.get(workloadName(session)) ?? new Set()).add(session.plan.repeat),
    );
  return (session) => {
    const entry = entries.get(session.id);
    if (entry !== undefined) return entry;
    const name = workloadName(session);
    return repeats.get(name)!.size > 1 ? `${name}/repeat=${session.plan.repeat}` : name;
  };
};

const workloadName = (session: Session): string => session.workload ?? 'command';

const label = (side: SideInfo): string => side.variant ?? side.label;
