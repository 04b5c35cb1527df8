// A process of slices failed.
import {UserError} from '../../results/error.ts';

export class SliceProblem extends UserError {}
