// Thunk code for user space: what indirect branches and returns jump to when the layout wants a
// thunk but has no address (null, or 0 for returns).
import type {Layout} from '../types.ts';
import {assemble} from '../x86/assemble-form.ts';
import {registerNames} from '../variants/ops.ts';
import {retpoline} from '../variants/tail-steps.ts';
import type {Variant} from '../variants/variant.ts';

export interface Thunk {
  readonly name: string;
  /** The layout field that gets its address. */
  readonly field: 'indirectThunk' | 'returnThunk';
  readonly code: Uint8Array;
}

export const thunksFor = (variant: Variant, layout: Layout): Thunk[] => {
  const thunks: Thunk[] = [];
  if (layout.indirectBranch === 'thunk' && layout.indirectThunk === null) {
    const register = variant.habits.branchRegister;
    thunks.push({
      name: `indirect_thunk_${registerNames[register]}`,
      field: 'indirectThunk',
      code: Uint8Array.from(retpoline(register)),
    });
  }
  if (layout.returnThunk === 0n) {
    thunks.push({
      name: 'return_thunk',
      field: 'returnThunk',
      code: Uint8Array.from([...assemble('ret'), ...assemble('int3')]),
    });
  }
  return thunks;
};
