// Robust statistics of many slices, in integers because the shims do not use floating point.
#ifndef JITSTAT_ROBUST_H
#define JITSTAT_ROBUST_H
#include "sys.h"

static void sort(s64 *values, int count) {
  for (int gap = count / 2; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11)
    for (int i = gap; i < count; i++) {
      s64 value = values[i];
      int at = i;
      for (; at >= gap && values[at - gap] > value; at -= gap) values[at] = values[at - gap];
      values[at] = value;
    }
}

/** Sorts the values and returns their median. */
static s64 median(s64 *values, int count) {
  sort(values, count);
  return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

/** Logarithm to base 2 with 32 fractional bits, by repeated squaring. */
static s64 log2_of(u64 value) {
  int whole = 63 - __builtin_clzll(value);
  u64 x = value << (63 - whole);
  s64 result = (s64)whole << 32;
  for (int bit = 31; bit >= 0; bit--) {
    unsigned __int128 square = (unsigned __int128)x * x;
    if ((square >> 127) != 0) result |= 1LL << bit;
    x = (u64)(square >> ((square >> 127) != 0 ? 64 : 63));
  }
  return result;
}

/** Natural logarithm of (c d) / (a b), halved, in units of 1e-9; arguments from 1 to 2^32 - 1. */
static s64 log_ratio(u64 a, u64 b, u64 c, u64 d) {
  s64 twice = log2_of(c * d) - log2_of(a * b);
  return (s64)(((__int128)twice * 346573590) >> 32);
}

#endif
