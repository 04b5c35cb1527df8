// The list of charts.
export {bytes} from './bytes.ts';
export {calibration} from './calibration.ts';
export {decomposition} from './decomposition.ts';
export {ecdf} from './ecdf.ts';
export {forest, simulatedForest} from './forest.ts';
export {history} from './history.ts';
export {matrix} from './matrix.ts';
export {placementSweep} from './placement.ts';
export {sizeChanges} from './size-changes.ts';
export {steps} from './steps.ts';
export {strip} from './strip.ts';
