// OpenMetrics text (1.0), for Prometheus' textfile collector and friends: levels, changes, spikes,
// and how the night went.
import type {ExportWriter, ExportInput, ExportRow} from './rows.ts';
import {allRows} from './rows.ts';

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly samples: (input: ExportInput) => Sample[];
}

const pairs = (input: ExportInput) =>
  allRows(input).filter(({side, row}) => side === 'after' && row?.change != null);

const families: readonly Family[] = [
  {
    name: 'jitstat_level',
    help: 'Mean per run of an event, in its unit.',
    samples: (input) =>
      allRows(input).flatMap(({stats, ...rest}) =>
        stats.mean === null
          ? []
          : [{labels: {...labelsOf(rest), unit: rest.unit}, value: stats.mean}],
      ),
  },
  {
    name: 'jitstat_spikes',
    help: 'Runs that stand far outside their series.',
    samples: (input) =>
      allRows(input).flatMap(({spikes, ...rest}) =>
        spikes === null ? [] : [{labels: labelsOf(rest), value: spikes}],
      ),
  },
  {
    name: 'jitstat_change_ratio',
    help: 'After divided by before.',
    samples: (input) =>
      pairs(input).map((row) => ({labels: pairLabelsOf(row), value: row.row!.change!.ratio})),
  },
  {
    name: 'jitstat_change_shown',
    help: '1 more, -1 less, 0 equal or not settled.',
    samples: (input) =>
      pairs(input).map((row) => ({
        labels: pairLabelsOf(row),
        value: {more: 1, less: -1, equal: 0, unsettled: 0}[row.row!.verdict],
      })),
  },
  {
    name: 'jitstat_night_alerts',
    help: 'Alerts of the night, by whether they fail it.',
    samples: ({night}) =>
      night === null
        ? []
        : [true, false].map((gate) => ({
            labels: {machine: night.machine, suite: night.suite, gate: String(gate)},
            value: night.alerts.filter((alert) => alert.gate === gate).length,
          })),
  },
  {
    name: 'jitstat_night_finished_timestamp_seconds',
    help: 'When the night ended.',
    samples: ({night}) =>
      night?.finished == null
        ? []
        : [
            {
              labels: {machine: night.machine, suite: night.suite, status: night.status},
              value: Date.parse(night.finished) / 1000,
            },
          ],
  },
];

export const openmetrics: ExportWriter = {
  what: 'OpenMetrics text for Prometheus',
  write: (input) =>
    `${families.flatMap((family) => familyText(family, family.samples(input))).join('')}# EOF\n`,
};

const familyText = ({name, help}: Family, samples: readonly Sample[]): string[] => {
  if (samples.length === 0) return [];
  const last = new Map(samples.map((sample) => [labelText(sample.labels), sample.value]));
  return [
    `# TYPE ${name} gauge\n# HELP ${name} ${help}\n`,
    ...[...last].map(([labels, value]) => `${name}${labels} ${value}\n`),
  ];
};

const labelsOf = ({
  session,
  workload,
  label,
  event,
}: Pick<ExportRow, 'session' | 'workload' | 'label' | 'event'>) => ({
  machine: session.host.name,
  workload,
  variant: label,
  event,
});

/** A ratio is one of two sides. */
const pairLabelsOf = (row: ExportRow): Readonly<Record<string, string>> => ({
  ...labelsOf(row),
  before: row.session.before.variant ?? row.session.before.label,
});

const labelText = (labels: Readonly<Record<string, string>>): string =>
  `{${Object.entries(labels)
    .map(
      ([key, value]) =>
        `${key}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`,
    )
    .join(',')}}`;
