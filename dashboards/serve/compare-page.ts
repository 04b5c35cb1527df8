// Any two sessions compared with each other. A session with two sides is represented by its after
// side, because that is the newer code.
import {compareRuns} from '../../results/compare/side.ts';
import {UserError} from '../../results/error.ts';
import {sideSamples} from '../../results/rows/side-session.ts';
import type {StoredSession} from '../../results/store/index.ts';
import type {Comparison, Samples, SideInfo, Warning} from '../../results/types.ts';

/**
 * Design `blocked`: the two were measured one after the other. Throws UserError if the runs are
 * not kept.
 */
export const compareStored = (before: StoredSession, after: StoredSession): Comparison => {
  const [left, right] = [sideOf(before), sideOf(after)];
  return compareRuns(left.samples, right.samples, {
    before: left.info,
    after: right.info,
    design: 'blocked',
    notCounted: [...before.session.notCounted, ...after.session.notCounted],
    warnings: hosts(before, after),
  });
};

const sideOf = ({session, samples}: StoredSession): {info: SideInfo; samples: Samples} => {
  if (samples === null)
    throw new UserError(
      `Session ${session.id} keeps no runs.`,
      'Only its summary is stored; measure it again to compare it.',
    );
  const info = session.after ?? session.before;
  return {
    info: {
      ...info,
      session: session.id,
      label: `${info.label}, ${session.created.slice(0, 16).replace('T', ' ')}`,
    },
    samples: session.after === null ? samples : sideSamples(samples, 'after'),
  };
};

const hosts = (before: StoredSession, after: StoredSession): readonly Warning[] =>
  before.session.host.id === after.session.host.id
    ? []
    : [
        {
          code: 'other-host',
          text:
            `Measured on different hosts or settings: ${before.session.host.name} ` +
            `(${before.session.host.id}) and ${after.session.host.name} ` +
            `(${after.session.host.id}).`,
        },
      ];
