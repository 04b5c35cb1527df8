// How `vitest run` finds and runs the tests: next to the sources, in rooms by what they need.
import {defineConfig} from 'vitest/config';
import {skipReporter} from './harness/testing/skip-reporter.ts';

const folders = '{jit,workloads,results,dashboards,harness}/**';

/** A room of tests: files that end in `.NAME.test.ts`; what has no such name is `unit`. */
const room = (name: string) => ({
  extends: true as const,
  test: {name, include: [`${folders}/*.${name}.test.ts`]},
});

export default defineConfig({
  test: {
    // A deadline only ends a test that hangs: on a busy host everything may take ten times as long.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', skipReporter()],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [`${folders}/*.test.ts`],
          exclude: [`${folders}/*.{native,perf,browser,deep}.test.ts`],
        },
      },
      room('native'),
      room('perf'),
      room('browser'),
      room('deep'),
    ],
  },
});
