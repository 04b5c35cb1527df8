// Events with the `:u` modifier: the kernel's part is missing, asked for or forced by
// perf_event_paranoid.
import type {ImportTable, Warning} from '../../types.ts';

const userMode = /:[a-zA-Z]*u[a-zA-Z]*$|\/[a-zA-Z]*u[a-zA-Z]*$/;
const notKernel = (event: string): boolean =>
  userMode.test(event) && !/[:/][a-zA-Z]*k[a-zA-Z]*$/.test(event);

export const userOnly = (table: ImportTable): Warning[] => {
  const counts = table.rows.filter((row) => row.group !== true);
  const events = counts.filter((row) => notKernel(row.event)).map((row) => row.event);
  if (events.length === 0) return [];
  const who =
    events.length === counts.length
      ? 'all events count'
      : `${events.length} of ${counts.length} events count`;
  return [
    {
      code: 'user-only',
      text: `${who} user mode only (:u): time in the kernel is missing from them`,
      data: {events},
    },
  ];
};
