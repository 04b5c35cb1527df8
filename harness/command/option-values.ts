// Readers of single values: each turns one text from the user into a value, or throws an error that
// names the option or key. Options of the command line and keys of suite files share them.
import {UserError} from '../../results/error.ts';
import {allEvents} from '../../results/compare/context.ts';
import {closest} from '../../jit/closest.ts';
import {visible} from '../../results/visible.ts';

export const readWhole = (what: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new UserError(
      `${what} takes a whole number from ${least} to ${most}, not '${visible(text)}'.`,
      `For example ${what} ${Math.max(least, Math.min(most, 100))}.`,
    );
  return value;
};

export const readPositive = (what: string, text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new UserError(
      `${what} takes a positive number, not '${visible(text)}'.`,
      `For example ${what} 45.`,
    );
  return value;
};

export const readChoice = (what: string, text: string, of: readonly string[]): string => {
  if (of.includes(text)) return text;
  const known = `It takes one of: ${of.join(', ')}.`;
  throw new UserError(`${what} does not know '${visible(text)}'.`, closest(text, of, known));
};

/** A decimal number with or without `%`, above 0 and below 100; returned as a fraction. */
export const readPercent = (what: string, text: string): number => {
  const digits = text.trim().replace(/\s*%$/, '');
  const value = Number(digits);
  if (!/^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(digits) || value <= 0 || value >= 100)
    throw new UserError(
      `${what} takes a percentage above 0 and below 100, not '${visible(text)}'.`,
      `For example ${what} 0.5%.`,
    );
  return value / 100;
};

/**
 * `EVENT=PCT` for one event, or `PCT` for all others, with PCT as `readPercent` takes it. Events
 * may hold `=` themselves (`cpu/event=0x3c/`): the last one counts.
 */
export const readMargins = (
  what: string,
  texts: readonly string[],
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    texts.map((text) => {
      const at = text.lastIndexOf('=');
      const event = text.slice(0, Math.max(0, at)).trim();
      if (at === 0 || (at > 0 && event === '') || (at === -1 && /^[a-z]/i.test(text)))
        throw new UserError(
          `${what} takes EVENT=PCT or PCT, not '${visible(text)}'.`,
          `For example ${what} cycles=0.5%.`,
        );
      return [at === -1 ? allEvents : event, readPercent(what, text.slice(at + 1))];
    }),
  );

export const readPath = (what: string, text: string): string => {
  if (text === '' || text.includes('\0'))
    throw new UserError(`${what} takes a path, not '${visible(text)}'.`, 'Name a file or folder.');
  return text;
};
