// The list of side kinds besides the names of variants and `kernel`: one line each.
import {emitterSide} from '../emitter/emitter-side.ts';
import {gitSide, treeSide} from '../tree/tree-side.ts';
import {fileSide} from './file-side.ts';
import type {SideKind} from '../emitter/side-kind.ts';

export const sideKinds: readonly SideKind[] = [emitterSide, treeSide, gitSide, fileSide];
