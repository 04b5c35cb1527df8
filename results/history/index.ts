// History: series of nights, their change points, notes and night records.
export {buildHistory, readHistory} from './build-history.ts';
export {hostChanges} from './series-marks.ts';
export {readNights, writeNight} from './nights.ts';
export {writeNote} from './notes.ts';
export type * from './types.ts';
