// What a session file must hold so that everything that reads a store can rely on it: one fault in words, or null.
import type {ComparisonRow, Session, SideStats} from '../types.ts';

/** Of everything but the figures, which a list does not read. */
export const headFault = (session: Session): string | null => {
  if (!isObject(session)) return 'not an object';
  if (session.schema !== 'jitstat/session/1') return `its schema is ${JSON.stringify(session.schema) ?? 'missing'}`;
  if (typeof session.id !== 'string') return 'its id is missing';
  if (typeof session.created !== 'string' || Number.isNaN(Date.parse(session.created))) return 'its date of creation is missing';
  if (typeof session.host?.name !== 'string' || typeof session.host.id !== 'string') return 'its host record is missing';
  if (!isObject(session.before) || typeof session.before.label !== 'string') return 'its before side is missing';
  if (!isObject(session.plan) || !Array.isArray(session.notCounted)) return 'its plan or its list of events not counted is missing';
  if (!Array.isArray(session.summary) || !session.summary.every(({event, stats} = {} as never) => typeof event === 'string' && isStats(stats))) return 'its summary is missing or damaged';
  return null;
};

/** Of a whole session. */
export const sessionFault = (session: Session): string | null => {
  const fault = headFault(session);
  if (fault !== null || session.comparison === null) return fault;
  const {comparison} = session;
  if (!isObject(comparison) || !Array.isArray(comparison.rows) || !Array.isArray(comparison.findings) || !isObject(comparison.after)) return 'its comparison is missing or damaged';
  const bad = comparison.rows.findIndex((row) => !isRow(row));
  return bad === -1 ? null : `row ${bad} of its comparison is damaged`;
};

const isRow = (row: ComparisonRow): boolean =>
  isObject(row) && typeof row.event === 'string' && typeof row.verdict === 'string' && isStats(row.before) && isStats(row.after)
  && Array.isArray(row.warnings) && Array.isArray(row.spikes?.before) && Array.isArray(row.spikes.after)
  && (row.change === null || (isObject(row.change) && typeof row.change.ratio === 'number'));

const isStats = (stats: SideStats): boolean => isObject(stats) && isNumber(stats.mean) && isNumber(stats.median);

const isNumber = (value: unknown): boolean => value === null || typeof value === 'number';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
