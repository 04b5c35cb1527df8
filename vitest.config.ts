// How `vitest run` finds and runs the tests: beside the sources, two workers, generous time for
// programs that compile and run.
import {defineConfig} from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{jit,workloads,results,dashboards,harness}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
