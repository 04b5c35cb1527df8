// History: series of nights, their change points, notes and night records.
export {buildHistory, readHistory} from './build-history.ts';
export {briefSeries} from './brief-series.ts';
export type {BriefSeries} from './brief-series.ts';
export {newsOf} from './news.ts';
export {nightOutcome} from './night-outcome.ts';
export {hostChanges} from './series-marks.ts';
export type {NightBrief} from './nights.ts';
export {readNight, readNightBriefs, readNights, writeNight} from './nights.ts';
export type {BriefRow, SessionBrief} from './session-briefs.ts';
export {readBriefs} from './session-briefs.ts';
export {readNotes, writeNote} from './notes.ts';
export type * from './types.ts';
