// A vitest reporter: one line per reason for what was skipped, then one line of counts. Tests name
// the reason in their own title or in that of their group: `(skipped without perf)`.
import type {Reporter, TestCase, TestModule} from 'vitest/node';

const unnamed = 'no reason in the title';

interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const skipReporter = (): Reporter => ({
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.filter((test) => test.result().state === 'skipped');
    const reasons = new Map<string, number>();
    for (const test of skipped) {
      const reason = reasonOf(test);
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    const failedModules = modules.filter(
      (module) => module.state() === 'failed' && [...module.children.allTests()].length === 0,
    );
    const failed =
      failedModules.length + tests.filter((test) => test.result().state === 'failed').length;
    const passed = tests.filter((test) => test.result().state === 'passed').length;
    const lines = summaryLines(reasons, {passed, failed, skipped: skipped.length});
    process.stdout.write(`\n${lines.join('\n')}\n`);
  },
});

const reasonOf = (test: TestCase): string => {
  const result = test.result();
  return (result.state === 'skipped' ? result.note : undefined) ?? skipReason(test.fullName);
};

/** The innermost `(skipped …)` in a full test name. */
export const skipReason = (name: string): string => {
  const found = [...name.matchAll(/\(skipped(?::| if| where)? ?([^()]*(?:\([^()]*\)[^()]*)*)\)/g)];
  return found.at(-1)?.[1].trim() ?? unnamed;
};

/** The lines of a run: reasons with their counts, most frequent first, then the totals. */
export const summaryLines = (reasons: ReadonlyMap<string, number>, totals: Totals): string[] => [
  ...[...reasons]
    .sort((a, b) => b[1] - a[1])
    .map(([reason, count]) => `skipped: ${reason} (${count} ${count === 1 ? 'test' : 'tests'})`),
  `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`,
];
