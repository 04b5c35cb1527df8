// Two kinds of cores that both counted: the two rows of an event are not parts of one sum.
import type {ImportTable, Warning} from '../../types.ts';

export const hybrid = (table: ImportTable): Warning[] => {
  if (!table.rows.some((row) => row.event.includes('/'))) return [];
  const pmus = [
    ...new Set(
      table.rows
        .filter((row) => row.value !== null)
        .map((row) => /^(cpu_core|cpu_atom|armv8_\w+?_\d)\//.exec(row.event)?.[1])
        .filter((pmu) => pmu !== undefined),
    ),
  ];
  if (pmus.length < 2) return [];
  return [
    {
      code: 'hybrid',
      text:
        `events of ${pmus.join(' and ')} are scaled to the whole run each: their values must ` +
        'not be added, and comments may divide one by the other',
      data: {pmus},
    },
  ];
};
