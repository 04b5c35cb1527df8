// Special functions: log-gamma, incomplete gamma and incomplete beta, to about 1e-14 relative.

/** Bernoulli terms B(2k) / (2k (2k - 1)) of Stirling's series (NIST DLMF 5.11.1). */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400] as const;

const tiny = 1e-300;
const precision = 1e-16;

/** ln Γ(x) for x > 0: recurrence up to 12, then Stirling's series. */
export const logGamma = (x: number): number => {
  let shift = 0;
  let z = x;
  if (z < 12) {
    let product = 1;
    for (; z < 12; z++) product *= z;
    shift = -Math.log(product);
  }
  let tail = 0;
  for (let k = stirling.length - 1; k >= 0; k--) tail = tail / (z * z) + stirling[k];
  return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + tail / z;
};

/** Regularised lower incomplete gamma P(a, x), a > 0, x >= 0 (DLMF 8.11.4). */
export const gammaP = (a: number, x: number): number => {
  if (x <= 0) return 0;
  return x < a + 1 ? gammaSeries(a, x) : 1 - gammaFraction(a, x);
};

/** Regularised upper incomplete gamma Q(a, x) = 1 - P(a, x), without cancellation in the tail. */
export const gammaQ = (a: number, x: number): number => {
  if (x <= 0) return 1;
  return x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x);
};

const gammaFront = (a: number, x: number): number => Math.exp(a * Math.log(x) - x - logGamma(a));

const gammaSeries = (a: number, x: number): number => {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < 100_000; n++) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * precision) break;
  }
  return sum * gammaFront(a, x);
};

/** Lentz's method on the continued fraction DLMF 8.9.2. */
const gammaFraction = (a: number, x: number): number => {
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < 100_000; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / nonZero(numerator * d + b);
    c = nonZero(b + numerator / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < precision) break;
  }
  return value * gammaFront(a, x);
};

/** Regularised incomplete beta I_x(a, b), a > 0, b > 0, 0 <= x <= 1 (DLMF 8.17.22). */
export const betaI = (a: number, b: number, x: number): number => {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(a, b, x)) / a
    : 1 - (front * betaFraction(b, a, 1 - x)) / b;
};

const betaFraction = (a: number, b: number, x: number): number => {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < precision) break;
  }
  return value;
};

const nonZero = (x: number): number => (Math.abs(x) < tiny ? tiny : x);
