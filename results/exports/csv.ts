// CSV (RFC 4180): one line per session, event and side; text that looks like a formula begins with
// `'`.
import {csvCell} from '../visible.ts';
import type {ExportWriter, ExportRow} from './rows.ts';
import {allRows} from './rows.ts';

const columns: readonly (readonly [
  string,
  (row: ExportRow) => string | number | null | undefined,
])[] = [
  ['session', ({session}) => session.id],
  ['created', ({session}) => session.created],
  ['night', ({session}) => session.night],
  ['machine', ({session}) => session.host.name],
  ['host_id', ({session}) => session.host.id],
  ['workload', ({workload}) => workload],
  ['side', ({side}) => side],
  ['variant', ({label}) => label],
  ['image', ({info}) => info.imageHash],
  ['event', ({event}) => event],
  ['unit', ({unit}) => unit],
  ['n', ({stats}) => stats.n],
  ['mean', ({stats}) => stats.mean],
  ['median', ({stats}) => stats.median],
  ['sem', ({stats}) => stats.sem],
  ['sd', ({stats}) => stats.sd],
  ['running', ({stats}) => stats.running],
  ['spikes', ({spikes}) => spikes],
  ['ratio', ({row}) => row?.change?.ratio],
  ['ratio_low', ({row}) => row?.change?.low],
  ['ratio_high', ({row}) => row?.change?.high],
  ['verdict', ({row}) => row?.verdict],
  ['repeat', ({session}) => session.plan.repeat],
];

export const csv: ExportWriter = {
  what: 'spreadsheets and scripts: one line per session, event and side',
  write: (input) => {
    const lines = allRows(input).map((row) =>
      columns.map(([, value]) => csvCell(value(row))).join(','),
    );
    return `${[columns.map(([name]) => name).join(','), ...lines].join('\r\n')}\r\n`;
  },
};
