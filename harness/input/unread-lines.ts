// Says which lines of an input look like counts and are in none of its tables, so that a comparison
// is not taken for the whole of the text.
import type {ImportDocument} from '../../results/types.ts';
import {visible} from '../../results/visible.ts';
import type {CommandArguments, Io} from '../command/command.ts';
import {flag} from '../command/command.ts';

const mostNamed = 5;

/** To stderr, unless the command is to be quiet. */
export const sayUnreadLines = (
  io: Io,
  args: CommandArguments,
  {source, warnings}: ImportDocument,
): void => {
  const lines = warnings.flatMap(({code, data}) =>
    code === 'not-understood'
      ? ((data?.['lines'] as number[] | undefined) ?? [data?.['line']])
      : [],
  );
  if (lines.length === 0 || flag(args, 'quiet')) return;
  const of = source === '-' ? '' : ` of ${visible(source)}`;
  const named = lines.slice(0, mostNamed).join(', ');
  io.err(
    lines.length === 1
      ? `jitstat: line ${named}${of} looks like a count and was not understood\n`
      : `jitstat: ${lines.length} lines${of} look like counts and were not understood: ${named}` +
          `${lines.length > mostNamed ? ', ...' : ''}\n`,
  );
};
