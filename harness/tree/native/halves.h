// The interface between the two halves of a tree's emitter, in plain C types: the host half knows
// libc and the protocol, the tree half the kernel's structures.
#ifndef JITSTAT_HALVES_H
#define JITSTAT_HALVES_H

/** One function of a request, and its result. */
struct half_function {
  const unsigned char *insns;
  unsigned count, start, stack_depth;
  int reach, subprogram;
  unsigned long base;
  /** Where the compiler wrote: `length` bytes, and the ends it reported (count + 1 of them). */
  unsigned char *code;
  unsigned length, room;
  const unsigned *ends;
  void *program;
};

enum { MOST_POKE_MEMBERS = 16, MOST_FUNCTIONS = 256 };

struct half_poke {
  unsigned insn, function, adjust;
  unsigned long members[MOST_POKE_MEMBERS];
};

struct half_job {
  struct half_function *functions;
  unsigned function_count;
  unsigned long call_base;
  struct half_poke *pokes;
  unsigned poke_count;
};

struct half_features { int retpoline, lfence, rethunk, bmi2; };

/* The tree half. */
extern const char *const tree_poke_names[];
extern const unsigned tree_poke_members;
/** max_entries and ptrs in struct bpf_array, bpf_func in struct bpf_prog. */
extern const unsigned tree_offsets[3];
extern const int tree_has_sls, tree_has_ibt, tree_has_retpoline;
void tree_set_features(const struct half_features *features);
/** Compiles all functions; the number of the one that was refused, or -1. */
int tree_compile(struct half_job *job);
/** File and line of the WARN or BUG at this address; NULL if there is none. */
const char *tree_bug(unsigned long address, unsigned *line, int *is_warning);

/* The host half. */
/** Zeroed, until the answer is written. */
void *host_allocate(unsigned long bytes);
/** The function being compiled. */
extern struct half_function *host_function;
#endif
