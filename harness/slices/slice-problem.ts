// A process of slices that did not do what it should.
import {UserError} from '../../results/error.ts';

export class SliceProblem extends UserError {}
