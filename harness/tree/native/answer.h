// Writing an answer line: the code, its instruction ends and its pokes.
#ifndef JITSTAT_ANSWER_H
#define JITSTAT_ANSWER_H
#include <stdio.h>
#include "host.h"
#include "generated.h"

/* Bytes of an instruction, and the opcodes that matter around the compiler. */
enum { INSN = 8, WIDE = 0x18, CALL = 0x85, TAIL_CALL = 0xf5, EXIT = 0x95 };

static void put_quoted(const char *text) {
  putchar('"');
  for (; *text; text++) {
    if (*text == '"' || *text == '\\') printf("\\%c", *text);
    else if ((unsigned char)*text < 32) printf("\\u%04x", *text);
    else putchar(*text);
  }
  putchar('"');
}

static void put_ends(const struct half_function *function) {
  const unsigned *ends = function->ends;
  printf("[");
  for (unsigned i = 0; i <= function->count; i++) {
    /* The compiler leaves the first slot of a wide load as it was at the start. */
    int is_wide = i > 0 && i < function->count && function->insns[INSN * (i - 1)] == WIDE;
    printf(i == 0 ? "%u" : ",%u", ends[is_wide ? i + 1 : i]);
    if (is_wide) printf(",%u", ends[++i]);
  }
  printf("]");
}

static void put_pokes(const struct half_job *job) {
  printf("[");
  for (unsigned i = 0; i < job->poke_count; i++) {
    const struct half_poke *poke = &job->pokes[i];
    const struct half_function *function = &job->functions[poke->function];
    unsigned long before = 0;
    for (unsigned k = 0; k < poke->function; k++) before += job->functions[k].length;
    printf("%s{\"insn\":%u", i ? "," : "", poke->insn);
    for (unsigned k = 0; k < tree_poke_members; k++) {
      unsigned long offset = poke->members[k] - function->base;
      int is_set = poke->members[k] != 0 && offset <= function->length;
      printf(",\"%s\":%ld", tree_poke_names[k], is_set ? (long)(before + offset) : -1);
    }
    printf(",\"adj\":%u}", poke->adjust);
  }
  printf("]");
}

static void put_answer(const struct half_job *job, const char *id, size_t id_length) {
  static const char digits[] = "0123456789abcdef";
  printf("{\"id\":%.*s,\"functionLengths\":[", (int)id_length, id);
  for (unsigned i = 0; i < job->function_count; i++)
    printf(i ? ",%u" : "%u", job->functions[i].length);
  printf("],\"ends\":[");
  for (unsigned i = 0; i < job->function_count; i++) {
    if (i > 0) putchar(',');
    put_ends(&job->functions[i]);
  }
  printf("],\"pokes\":");
  put_pokes(job);
  printf(",\"said\":");
  put_quoted(host_said);
  printf(",\"image\":\"");
  for (unsigned i = 0; i < job->function_count; i++)
    for (unsigned k = 0; k < job->functions[i].length; k++) {
      putchar_unlocked(digits[job->functions[i].code[k] >> 4]);
      putchar_unlocked(digits[job->functions[i].code[k] & 15]);
    }
  printf("\"}\n");
}

#endif
