// A change of the program, two objects under one variant: the names of its sides.
import type {SideInfo} from '../../results/types.ts';
import type {WorkloadTarget} from './measure-options.ts';
import type {Subject} from './subject.ts';

/** What the store calls a session's workload. */
export const sessionWorkload = (
  {workload, afterProgram}: Pick<WorkloadTarget, 'workload' | 'afterProgram'>,
  info: SideInfo,
): string => (afterProgram === undefined ? workload : (info.workload ?? workload));

interface Sides<T> {
  readonly before: T;
  readonly after: T;
}

/**
 * Both subjects named after their files; the workload is named after what they share, entry and
 * variant.
 */
export const nameChange = (
  {workload, afterProgram, before: variant, workloads}: WorkloadTarget,
  subjects: Sides<Subject>,
): Sides<Subject> => {
  const files = distinct(workload, afterProgram ?? workload);
  const entries = [...new Set([workloads.before.entry, workloads.after.entry])].join(' -> ');
  const named = (side: 'before' | 'after'): Subject => ({
    ...subjects[side],
    info: {
      ...subjects[side].info,
      label: `${files[side]} ${variant}`,
      workload: `${entries} (${variant})`,
      program: files[side],
    },
  });
  return {before: named('before'), after: named('after')};
};

/** As much of the end of two paths as tells them apart: the names of the files, if they differ. */
export const distinct = (before: string, after: string): Sides<string> => {
  const [left, right] = [before, after].map((path) => path.split('/'));
  let parts = 1;
  while (
    parts < Math.max(left.length, right.length) &&
    left.slice(-parts).join('/') === right.slice(-parts).join('/')
  )
    parts++;
  return {before: left.slice(-parts).join('/'), after: right.slice(-parts).join('/')};
};
