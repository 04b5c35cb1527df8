// Trouble the user can fix, whichever folder threw it: jit and workloads a Refusal, results,
// dashboards and harness a UserError.
import {Refusal} from '../../jit/refusal.ts';
import {UserError} from '../../results/error.ts';

/** The message and the hint of such an error, or null for a failure of our own. */
export const troubleOf = (
  error: unknown,
): {readonly message: string; readonly hint: string} | null =>
  error instanceof UserError || error instanceof Refusal ? error : null;
