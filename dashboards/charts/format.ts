// Numbers as people read them: signed per cent, counts with a magnitude, intervals; real minus signs, no false digits.

const minus = (text: string): string => text.replaceAll('-', '−');

/** Digits after the point so that about three figures are shown. */
const decimals = (magnitude: number): number => (magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2);

/** `0.0645` → `+6.45 %`; from a tripling on as a factor: `×21.5`. */
export const formatChange = (ratio: number): string => {
  if (ratio >= 3) return `×${group(ratio, ratio >= 100 ? 0 : ratio >= 10 ? 1 : 2)}`;
  const percent = (ratio - 1) * 100;
  const text = percent.toFixed(decimals(Math.abs(percent)));
  const zero = Number(text) === 0;
  return minus(`${!zero && percent > 0 ? '+' : ''}${zero ? text.replace('-', '') : text} %`);
};

/** An interval of ratios: `[+6.31, +6.58] %`. */
export const formatInterval = (low: number, high: number): string => {
  if (high >= 3) return `[${formatChange(low)}, ${formatChange(high)}]`;
  const part = (ratio: number) => formatChange(ratio).replace(' %', '');
  return `[${part(low)}, ${part(high)}] %`;
};

/** A natural log difference as signed per cent of log: `+2.09 %`. */
export const formatLog = (value: number): string => {
  const percent = value * 100;
  const text = Math.abs(percent).toFixed(decimals(Math.abs(percent)));
  return `${Number(text) === 0 ? '' : percent > 0 ? '+' : '−'}${text} %`;
};

const group = (value: number, digits: number): string =>
  value.toLocaleString('en-US', {minimumFractionDigits: digits, maximumFractionDigits: digits});

const magnitudes = [
  [1e12, ' T'], [1e9, ' G'], [1e6, ' M'],
] as const;

/** A count with four figures: `12.07 M`, `3,554`, `703.0`, `0.55`. */
export const formatCount = (value: number, unit = ''): string => {
  const suffix = unit === '' ? '' : ` ${unit}`;
  const size = Math.abs(value);
  const [factor, letter] = magnitudes.find(([limit]) => size >= limit) ?? [1, ''];
  const scaled = value / factor;
  const scaledSize = Math.abs(scaled);
  const whole = factor === 1 && Number.isInteger(value);
  const digits = whole || scaledSize >= 1000 ? 0 : scaledSize >= 100 ? 1 : scaledSize >= 1 ? 2 : 3;
  return minus(`${group(scaled, digits)}${letter}${suffix}`);
};

/** `3 runs`, `1 run`. */
export const plural = (count: number, word: string): string => `${count.toLocaleString('en-US')} ${word}${count === 1 ? '' : word.endsWith('s') ? 'es' : 's'}`;

/** A share 0..1 as per cent without false precision. */
export const formatShare = (share: number): string => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
