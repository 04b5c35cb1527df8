// History: series of nights, their change points, notes and night records.
export type {HistoryOptions} from './build-history.ts';
export {buildHistory, readHistory} from './build-history.ts';
export type {ChangePointOptions, FoundChange} from './changepoint.ts';
export {findChangePoints, publishedOptions} from './changepoint.ts';
export {hostChanges} from './series-marks.ts';
export {readNights, writeNight} from './nights.ts';
export {readNotes, writeNote} from './notes.ts';
export {flagSpikes, spikeDefaults} from './outliers.ts';
export type * from './types.ts';
