// Helpers that read numbers from text, as Linux 6.18 does.
#ifndef JITSTAT_NUMBER_HELPERS_H
#define JITSTAT_NUMBER_HELPERS_H
#include "sys.h"

enum { E_RANGE = 34 };
/** What is left of a text after blanks and sign is read up to here, in bytes. */
enum { MOST_DIGITS = 63 };

static int is_blank(u8 byte) {
  return byte == ' ' || (byte >= '\t' && byte <= '\r') || byte == 0xa0;
}

/** 16 for what is not a digit. */
static u32 digit_of(u8 byte) {
  if (byte >= '0' && byte <= '9') return (u32)(byte - '0');
  byte |= 0x20;
  return byte >= 'a' && byte <= 'f' ? (u32)(byte - 'a' + 10) : 16;
}

/** Bytes read, or the negative error; the flags are the base, or 0 for that of the prefix. */
static s64 read_number(const u8 *text, u64 bytes, u64 flags, u64 *value, int *is_negative) {
  u64 base = flags, at = 0;
  if (bytes == 0 || (base != 0 && base != 8 && base != 10 && base != 16)) return -E_INVAL;
  while (at < bytes && is_blank(text[at])) at++;
  *is_negative = at < bytes && text[at] == '-';
  if (*is_negative) at++;
  u64 end = bytes - at > MOST_DIGITS ? at + MOST_DIGITS : bytes;
#define BYTE(n) (at + (n) < end ? text[at + (n)] : 0)
  int has_x = BYTE(0) == '0' && (BYTE(1) | 0x20) == 'x';
  if (base == 0) base = has_x && digit_of(BYTE(2)) < 16 ? 16 : BYTE(0) == '0' ? 8 : 10;
  if (base == 16 && has_x) at += 2;
#undef BYTE
  u64 first = at;
  int is_too_large = 0;
  for (*value = 0; at < end && digit_of(text[at]) < base; at++) {
    u64 scaled, digit = digit_of(text[at]);
    is_too_large |= __builtin_mul_overflow(*value, base, &scaled) ||
      __builtin_add_overflow(scaled, digit, value);
  }
  return is_too_large ? -E_RANGE : at == first ? -E_INVAL : (s64)at;
}

u64 bpf_strtoul(const u8 *text, u64 bytes, u64 flags, u64 *value) {
  u64 found = 0;
  int is_negative;
  *value = 0;
  s64 read = read_number(text, bytes, flags, &found, &is_negative);
  if (read < 0) return (u64)read;
  if (is_negative) return (u64)-E_INVAL;
  *value = found;
  return (u64)read;
}

u64 bpf_strtol(const u8 *text, u64 bytes, u64 flags, u64 *value) {
  u64 found = 0;
  int is_negative;
  *value = 0;
  s64 read = read_number(text, bytes, flags, &found, &is_negative);
  if (read < 0) return (u64)read;
  if (is_negative ? found > 1UL << 63 : found >> 63 != 0) return (u64)-E_RANGE;
  *value = is_negative ? -found : found;
  return (u64)read;
}

#endif
