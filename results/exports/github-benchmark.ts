// github-action-benchmark's `customSmallerIsBetter`: a list of name, unit, value, range and extra.
import {eventInfo} from '../events/events.ts';
import type {ExportWriter} from './rows.ts';
import {allRows} from './rows.ts';

export const githubBenchmark: ExportWriter = {
  what: 'github-action-benchmark, tool customSmallerIsBetter',
  write: (input) => {
    const rows = allRows(input).filter(
      ({event, stats}) => stats.mean !== null && eventInfo(event).better === 'less',
    );
    return `${JSON.stringify(
      rows.map(({session, workload, label, event, unit, stats, row}) => ({
        name: `${workload} ${label} ${event}`,
        unit: unit === '' ? 'count' : unit,
        value: stats.mean,
        ...(stats.sem === null ? {} : {range: `± ${Number((1.96 * stats.sem).toPrecision(3))}`}),
        extra: [
          `session ${session.id}`,
          `${stats.n ?? '?'} runs`,
          `CPU ${session.host.cpu ?? 'unknown'}`,
          ...(row === null ? [] : [`after / before: ${row.verdict}`]),
        ].join('\n'),
      })),
      null,
      2,
    )}\n`;
  },
};
