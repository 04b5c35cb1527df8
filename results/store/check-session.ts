// What a session file must hold so that everything that reads a store can rely on it: one fault in
// words, or null.
import type {ComparisonRow, Session, SideInfo, SideStats} from '../types.ts';

/** Of everything but the figures, which a list does not read. */
export const headFault = (session: Session): string | null => {
  if (!isObject(session)) return 'not an object';
  if (session.schema !== 'jitstat/session/1')
    return `its schema is ${JSON.stringify(session.schema) ?? 'missing'}`;
  if (typeof session.id !== 'string') return 'its id is missing';
  if (typeof session.created !== 'string' || Number.isNaN(Date.parse(session.created)))
    return 'its date of creation is missing';
  if (typeof session.host?.name !== 'string' || typeof session.host.id !== 'string')
    return 'its host record is missing';
  if (!isSide(session.before)) return 'its before side is missing or damaged';
  if (session.after !== null && !isSide(session.after)) return 'its after side is damaged';
  if (!isObject(session.plan) || typeof session.plan.repeat !== 'number')
    return 'its plan is missing';
  if (
    !Array.isArray(session.notCounted) ||
    !session.notCounted.every(
      (one) => isObject(one) && typeof one.event === 'string' && typeof one.reason === 'string',
    )
  )
    return 'its list of events not counted is missing or damaged';
  if (
    !Array.isArray(session.summary) ||
    !session.summary.every(
      ({event, stats} = {} as never) => typeof event === 'string' && isStats(stats),
    )
  )
    return 'its summary is missing or damaged';
  return null;
};

/** Of a whole session. */
export const sessionFault = (session: Session): string | null => {
  const fault = headFault(session);
  if (fault !== null || session.comparison === null) return fault;
  const {comparison} = session;
  if (
    !isObject(comparison) ||
    !Array.isArray(comparison.rows) ||
    !Array.isArray(comparison.findings) ||
    !isObject(comparison.after) ||
    ((comparison.aa ?? null) !== null && !isObject(comparison.aa))
  )
    return 'its comparison is missing or damaged';
  const bad = comparison.rows.findIndex((row) => !isRow(row));
  return bad === -1 ? null : `row ${bad} of its comparison is damaged`;
};

const isRow = (row: ComparisonRow): boolean =>
  isObject(row) &&
  [row.event, row.unit, row.verdict, row.reason].every((text) => typeof text === 'string') &&
  isStats(row.before) &&
  isStats(row.after) &&
  Array.isArray(row.warnings) &&
  Array.isArray(row.spikes?.before) &&
  Array.isArray(row.spikes.after) &&
  (row.change === null || (isObject(row.change) && typeof row.change.ratio === 'number'));

const isSide = (side: SideInfo): boolean =>
  isObject(side) &&
  typeof side.label === 'string' &&
  [side.imageHash, side.variant].every((text) => text === undefined || typeof text === 'string');

const isStats = (stats: SideStats): boolean =>
  isObject(stats) && isNumber(stats.mean) && isNumber(stats.median);

const isNumber = (value: unknown): boolean => value === null || typeof value === 'number';

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
