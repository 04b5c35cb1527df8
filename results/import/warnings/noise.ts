// Standard errors that cannot be: over 100 % of the mean, which no mean of counts can have.
import type {ImportTable, Warning} from '../../types.ts';

export const semAbove100 = (table: ImportTable): Warning[] => {
  const rows = table.rows.filter((row) => row.sem !== null && row.sem > 100.005);
  if (rows.length === 0) return [];
  const named = rows
    .slice(0, 4)
    .map((row) => `${row.event} ${row.sem} %`)
    .join(', ');
  return [
    {
      code: 'sem-above-100',
      text:
        `a standard error above 100 % is impossible for a mean of counts: ${named}; the ` +
        'value is not the mean, or the mean was cut to a whole number',
      data: {events: rows.map((row) => row.event)},
    },
  ];
};
