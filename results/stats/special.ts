// Special functions: log-gamma, incomplete gamma and incomplete beta, to about 1e-14 relative.

/** Bernoulli terms B(2k) / (2k (2k - 1)) of Stirling's series (NIST DLMF 5.11.1). */
const stirling = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
] as const;

const tiny = 1e-300;
const precision = 1e-16;

/** ln Γ(x) for x > 0: recurrence up to 12, then Stirling's series. */
export const logGamma = (x: number): number => {
  let shift = 0;
  let z = x;
  if (z < large) {
    let product = 1;
    for (; z < large; z++) product *= z;
    shift = -Math.log(product);
  }
  return shift + (z - 0.5) * Math.log(z) - z + halfLog2Pi + correction(z);
};

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);
/** From here on Stirling's series is exact to the last digit. */
const large = 12;

/** What ln Γ(z) has above (z - 1/2) ln z - z + ln(2 pi) / 2, for z >= 12. */
const correction = (z: number): number => {
  let tail = 0;
  for (let k = stirling.length - 1; k >= 0; k--) tail = tail / (z * z) + stirling[k];
  return tail / z;
};

/**
 * ln B(a, b): for large arguments the large parts of the three logarithms cancel before they are
 * formed.
 */
export const logBeta = (one: number, other: number): number => {
  const [a, b] = one < other ? [one, other] : [other, one];
  if (b < large) return logGamma(a) + logGamma(b) - logGamma(a + b);
  const rest = correction(b) - correction(a + b) - (a + b - 0.5) * Math.log1p(a / b);
  return a < large
    ? logGamma(a) + rest - a * (Math.log(b) - 1)
    : halfLog2Pi + correction(a) + rest - 0.5 * Math.log(a) + a * Math.log(a / b);
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

/** x^a e^-x / Γ(a); for large a by the distance of x from a. */
const gammaFront = (a: number, x: number): number => {
  if (a < large) return Math.exp(a * Math.log(x) - x - logGamma(a));
  const distance = (x - a) / a;
  return Math.exp(
    -a * (distance - Math.log1p(distance)) + 0.5 * Math.log(a) - halfLog2Pi - correction(a),
  );
};

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

/**
 * Regularised incomplete beta I_x(a, b), a > 0, b > 0, 0 <= x <= 1 (DLMF 8.17.22); `y` is 1 - x, if
 * that is known more precisely.
 */
export const betaI = (a: number, b: number, x: number, y = 1 - x): number => {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const front = Math.exp(
    a * (x < y ? Math.log(x) : Math.log1p(-y)) +
      b * (x < y ? Math.log1p(-x) : Math.log(y)) -
      logBeta(a, b),
  );
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(a, b, x)) / a
    : 1 - (front * betaFraction(b, a, y)) / b;
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
