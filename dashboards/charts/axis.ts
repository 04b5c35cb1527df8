// Tick values and domains that are readable at any spread: decades, 1-2-5, or plain steps; zeros
// are shown where they occur.

export interface Axis {
  readonly scale: Readonly<Record<string, unknown>>;
  readonly values: readonly number[];
  /** d3 format of the labels. */
  readonly format: string;
}

const niceStep = (span: number, target: number): number => {
  const raw = span / target;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = raw / power;
  return (
    power *
    (factor >= Math.sqrt(50) ? 10 : factor >= Math.sqrt(10) ? 5 : factor >= Math.SQRT2 ? 2 : 1)
  );
};

/** Multiples of a nice step inside [low, high]. */
export const linearTicks = (low: number, high: number, target = 4): number[] => {
  if (!(high > low)) return [low];
  const step = niceStep(high - low, target);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.min(50, Math.floor(high / step + 1e-9) - first + 1);
  return Array.from({length: Math.max(0, count)}, (_none, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
};

const decadeTicks = (low: number, high: number, mantissas: readonly number[]): number[] => {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const mantissa of mantissas) {
      const value = Number(`${mantissa}e${power}`);
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) ticks.push(value);
    }
  }
  return ticks;
};

const every = (ticks: readonly number[], most: number): number[] => {
  const step = Math.ceil(ticks.length / most);
  return ticks.filter((_tick, index) => index % step === 0);
};

/** d3 format that distinguishes these ticks. */
export const tickFormat = (ticks: readonly number[]): string => {
  const largest = Math.max(...ticks.map(Math.abs));
  const positive = ticks.filter((tick) => tick !== 0).map(Math.abs);
  if (positive.length > 0 && largest >= 100_000) {
    const gap =
      ticks.length < 2
        ? largest
        : Math.min(...ticks.slice(1).map((tick, i) => Math.abs(tick - ticks[i])));
    return `.${Math.max(1, Math.min(9, Math.ceil(Math.log10(largest / gap)) + 1))}~s`;
  }
  const smallest =
    ticks.length < 2
      ? largest
      : Math.min(...ticks.slice(1).map((tick, i) => Math.abs(tick - ticks[i])));
  const places = -Math.floor(Math.log10(smallest || 1) + 1e-9) + (smallest === 0 ? 2 : 0);
  return `,.${Math.max(0, Math.min(9, places))}~f`;
};

/**
 * Values below this part of the largest count as zeros: no picture shows more than fifteen decades.
 */
const asGoodAsZero = 1e-15;

/**
 * A log axis over positive values, or a symmetric log axis from 0 if zeros occur. `most` bounds
 * the ticks.
 */
export const logAxis = (values: readonly number[], most = 5): Axis => {
  const finite = values.filter(Number.isFinite);
  const largest = finite.reduce((a, b) => Math.max(a, b), 0);
  const positive = finite.filter((value) => value > largest * asGoodAsZero);
  if (positive.length === 0)
    return {scale: {type: 'linear', domain: [0, 1], nice: false}, values: [0], format: ',~f'};
  const low = positive.reduce((a, b) => Math.min(a, b), Infinity);
  const high = positive.reduce((a, b) => Math.max(a, b), -Infinity);
  if (positive.length < finite.length) {
    const ticks = [
      0,
      ...every(decadeTicks(1, Math.max(high, 1), high > 30 ? [1] : [1, 2, 5]), most - 1),
    ];
    return {
      scale: {type: 'symlog', constant: 1, domain: [0, Math.max(high, 1) * 1.15], nice: false},
      values: ticks,
      format: high >= 1e5 ? '~s' : ',~f',
    };
  }
  const pad = Math.max((high / low) ** 0.08, 1.002);
  const domain = [low / pad, high * pad];
  const ratio = domain[1] / domain[0];
  const ticks =
    ratio > 200
      ? every(decadeTicks(domain[0], domain[1], [1]), most)
      : ratio > 6
        ? every(decadeTicks(domain[0], domain[1], [1, 2, 5]), most)
        : linearTicks(domain[0], domain[1], most);
  const format = ratio > 6 ? (high >= 1e5 ? '~s' : ',~f') : tickFormat(ticks);
  return {scale: {type: 'log', domain, nice: false}, values: ticks, format};
};

/** A linear axis with a margin around the values. */
export const linearAxis = (values: readonly number[], most = 5): Axis => {
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  if (finite.length === 0)
    return {scale: {type: 'linear', domain: [0, 1], nice: false}, values: [0, 1], format: ',~f'};
  const pad = high > low ? (high - low) * 0.08 : Math.abs(high) * 0.05 || 1;
  const ticks = linearTicks(low - pad, high + pad, most - 1);
  return {
    scale: {type: 'linear', domain: [low - pad, high + pad], nice: false, zero: false},
    values: ticks,
    format: tickFormat(ticks),
  };
};
