// What people may do to an alert, and the one line that says whether a change is real.
import {describe, expect, test} from 'vitest';
import {alertStates, freshAlert, isOpen, moveAlert, stateRules} from '../history/alert-states.ts';
import {isReal} from './is-real.ts';

describe('an alert', () => {
  test.each(alertStates.flatMap((from) => alertStates.map((to) => [from, to] as const)))(
    'from %s to %s',
    (from, to) => {
      const move = () => moveAlert({...freshAlert, state: from}, {state: to, note: 'because'});
      if (from === to || stateRules[from].next.includes(to)) expect(move().state).toBe(to);
      else expect(move).toThrow(`An alert that is ${from} cannot become ${to}.`);
    },
  );

  test('a closed alert says why, and cannot be closed in another way', () => {
    expect(() => moveAlert(freshAlert, {state: 'wontfix'})).toThrow('needs a note');
    expect(isOpen('fixed')).toBe(false);
    expect(isOpen('ack')).toBe(true);
  });

  test('owner and note change without the state; an empty owner is nobody', () => {
    const mine = moveAlert(freshAlert, {owner: ' ann '});
    expect(mine).toEqual({state: 'new', owner: 'ann', note: ''});
    expect(moveAlert(mine, {owner: '', note: 'looks real'})).toEqual({
      state: 'new',
      owner: null,
      note: 'looks real',
    });
  });

  test('an unknown state and an endless text are refused', () => {
    expect(() => moveAlert(freshAlert, {state: 'done'})).toThrow("An alert has no state 'done'.");
    expect(() => moveAlert(freshAlert, {note: 'x'.repeat(2001)})).toThrow('too long');
  });
});

describe('is it real', () => {
  const all = {confirmed: true, aaQuiet: true};
  test.each([
    [[all], 4, 'yes', 'confirmed by repetition, A/A quiet, on 1 of 4 hosts'],
    [
      [all, {confirmed: null, aaQuiet: true}],
      2,
      'yes',
      'confirmed by repetition on 1, A/A quiet, on 2 of 2 hosts',
    ],
    [
      [{confirmed: null, aaQuiet: true}],
      1,
      'not known',
      'not measured again yet, A/A quiet, on 1 of 1 host',
    ],
    [
      [{confirmed: null, aaQuiet: null}],
      2,
      'not known',
      'not measured again yet, no A/A, on 1 of 2 hosts',
    ],
    [
      [{confirmed: true, aaQuiet: false}],
      2,
      'no',
      'confirmed by repetition, A/A not quiet on 1, on 1 of 2 hosts',
    ],
    [
      [{confirmed: false, aaQuiet: true}],
      3,
      'no',
      'a repetition says otherwise on 1, A/A quiet, on 1 of 3 hosts',
    ],
    [
      [all, {confirmed: true, aaQuiet: null}],
      2,
      'yes',
      'confirmed by repetition, A/A quiet on 1, none on 1, on 2 of 2 hosts',
    ],
  ] as const)('%j of %i hosts', (evidence, hosts, answer, text) =>
    expect(isReal(evidence, hosts)).toEqual({answer, text}),
  );
});
