// The report of `jitstat emitter check` as text: what was tried, counts, and the first of each
// kind of trouble.
import type {Hello} from '../../jit/emitter/hello.ts';
import type {CheckRow, CheckStatus} from './check-emitter.ts';

export interface CheckReport {
  readonly command: string;
  readonly hello: Hello;
  readonly rules: string;
  readonly answers: readonly CheckRow[];
  readonly workloads: readonly CheckRow[];
  readonly vectors: readonly CheckRow[];
}

const order = ['ok', 'differs', 'refused', 'skipped', 'broken'] as const satisfies CheckStatus[];

export const checkText = ({
  command,
  hello,
  rules,
  answers,
  workloads,
  vectors,
}: CheckReport): string =>
  [
    `${command}: ${hello.name}`,
    `rules of ${rules}; pokes ` +
      `${hello.pokes.length === 0 ? 'none: tail calls go through the map' : hello.pokes.join(', ')}`,
    fixedText(hello),
    '',
    ...answers.map(rowText),
    '',
    ...groupText('workloads', workloads, 'play'),
    ...groupText(`recorded images of ${rules}`, vectors, 'identical'),
    '',
  ].join('\n');

const fixedText = ({layout}: Hello): string => {
  const fields = Object.entries(layout).map(([name, value]) => `${name} ${String(value)}`);
  return `fixed by its build: ${fields.length === 0 ? 'nothing' : fields.join(', ')}`;
};

const rowText = ({check, status, text}: CheckRow): string =>
  `  ${status.padEnd(8)} ${check.padEnd(30)} ${text}`;

const groupText = (title: string, rows: readonly CheckRow[], ok: string): string[] => {
  if (rows.length === 0) return [];
  const counts = order
    .map((status) => [status, rows.filter((row) => row.status === status).length] as const)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status === 'ok' ? ok : status}`);
  const firsts = order
    .filter((status) => status !== 'ok')
    .flatMap((status) => rows.filter((row) => row.status === status).slice(0, 3));
  return [`${title}: ${rows.length} tried, ${counts.join(', ')}`, ...firsts.map(rowText)];
};

/** Whether something is not as the protocol or a workload demands. */
export const isBroken = ({answers, workloads, vectors}: CheckReport): boolean =>
  [...answers, ...workloads, ...vectors].some(({status}) => status === 'broken');
