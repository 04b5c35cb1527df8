// What people do with an alert: its states, and which moves between them make sense.
import {UserError} from '../error.ts';

export const alertStates = ['new', 'ack', 'fixed', 'invalid', 'wontfix'] as const;
export type AlertState = (typeof alertStates)[number];

/** One row per state: what it means, which states may follow, and whether a reason is required. */
export const stateRules: Readonly<
  Record<
    AlertState,
    {readonly means: string; readonly next: readonly AlertState[]; readonly needsNote: boolean}
  >
> = {
  new: {
    means: 'nobody has looked at it',
    next: ['ack', 'fixed', 'invalid', 'wontfix'],
    needsNote: false,
  },
  ack: {
    means: 'somebody is looking into it',
    next: ['new', 'fixed', 'invalid', 'wontfix'],
    needsNote: false,
  },
  fixed: {means: 'the cause is gone', next: ['new', 'ack'], needsNote: true},
  invalid: {means: 'it was not a change of the code', next: ['new', 'ack'], needsNote: true},
  wontfix: {means: 'the change stays as it is', next: ['new', 'ack'], needsNote: true},
};

/** Schema `jitstat/alert-move/1`: what one person did to one alert; a file of the store. */
export interface AlertMove {
  readonly schema: 'jitstat/alert-move/1';
  /** Sorts by time. */
  readonly id: string;
  readonly alert: string;
  readonly at: string;
  readonly by: string;
  readonly state: AlertState;
  /** Null = nobody. */
  readonly owner: string | null;
  readonly note: string;
}

/** What an alert is now. */
export interface AlertNow {
  readonly state: AlertState;
  readonly owner: string | null;
  readonly note: string;
}

export const freshAlert: AlertNow = {state: 'new', owner: null, note: ''};

export const isOpen = (state: AlertState): boolean => state === 'new' || state === 'ack';

const mostNote = 2000;
const mostName = 100;

/**
 * A requested change of an alert, each part optional. Throws UserError for a move that makes no
 * sense.
 */
export const moveAlert = (
  now: AlertNow,
  asked: {readonly state?: string; readonly owner?: string | null; readonly note?: string},
): AlertNow => {
  const state = stateOf(asked.state ?? now.state);
  const owner = asked.owner === undefined ? now.owner : asked.owner?.trim() || null;
  const note = (asked.note ?? now.note).trim();
  if (state !== now.state && !stateRules[now.state].next.includes(state))
    throw new UserError(
      `An alert that is ${now.state} cannot become ${state}.`,
      `From ${now.state} it may become ${stateRules[now.state].next.join(', ')}.`,
    );
  if (stateRules[state].needsNote && note === '')
    throw new UserError(
      `An alert that becomes ${state} needs a note.`,
      'Say why in a sentence: the next reader sees only that.',
    );
  if (note.length > mostNote || (owner ?? '').length > mostName)
    throw new UserError(
      `The note or the owner's name is too long.`,
      `A note has at most ${mostNote} characters, a name ${mostName}.`,
    );
  return {state, owner, note};
};

const stateOf = (text: string): AlertState => {
  const state = alertStates.find((one) => one === text);
  if (state === undefined)
    throw new UserError(
      `An alert has no state '${text}'.`,
      `The states are ${alertStates.join(', ')}.`,
    );
  return state;
};
