// Predicted, simulated and measured differences of one pair next to each other, if a PMU measured.
import type {Comparison, ExtraRows, Finding} from '../../results/types.ts';

/** A measured event, its simulated row, and its name in the prediction. */
const events = [
  ['instructions', 'callgrind/instructions/', 'instructions'],
  ['branches', 'callgrind/branches/', 'branches'],
  ['L1-dcache-loads', 'callgrind/loads/', 'loads'],
] as const;

/**
 * One finding, after minus before per repetition: the shim's own work is the same on both sides and
 * cancels out. Empty if nothing was simulated or none of the events was counted.
 */
export const comparePrediction = (
  measured: Comparison,
  extra: ExtraRows | null,
  repeat: number,
): readonly Finding[] => {
  const predicted = extra?.findings.find((finding) => finding.code === 'predicted')?.data?.[
    'predicted'
  ] as Readonly<Record<string, number>> | undefined;
  const rows = events.flatMap(([event, simulatedEvent, name]) => {
    const counted = measured.rows.find((row) => row.event.replace(/:[a-zA-Z]+$/, '') === event);
    const simulated = extra?.rows.find((row) => row.event === simulatedEvent);
    const [from, to] = [counted?.before.mean ?? null, counted?.after.mean ?? null];
    if (from === null || to === null || simulated === undefined) return [];
    return [
      {
        event,
        measured: (to - from) / repeat,
        simulated: simulated.after.mean! - simulated.before.mean!,
        predicted: predicted?.[name] ?? null,
      },
    ];
  });
  if (rows.length === 0) return [];
  const words = rows.map(
    (row) =>
      `${row.event} ${signed(row.measured)} (simulated ` +
      `${signed(row.simulated)}${row.predicted === null ? '' : `, predicted ${signed(row.predicted)}`})`,
  );
  return [
    {
      code: 'predicted-simulated-measured',
      text: `Measured differences per repetition: ${words.join(', ')}.`,
      data: {rows},
    },
  ];
};

const signed = (value: number): string =>
  `${value >= 0 ? '+' : ''}${Number.isInteger(value) ? value : value.toFixed(1)}`;
