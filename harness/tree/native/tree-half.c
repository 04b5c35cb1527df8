// The tree half of the emitter: prepares programs as loader and verifier would, in the tree's own
// structures, and calls the tree's compiler. It is compiled with the command that kbuild saved.
//
// The generated header says which members exist: HAS(struct, member) as HAS_struct_member.
#include <linux/filter.h>
#include <linux/bpf.h>
#include <linux/bug.h>
#include <asm/processor.h>
#include <asm/cpufeature.h>
#include "halves.h"
#include "generated.h"

extern char __bpf_call_base_here[] __asm__("__bpf_call_base");

const char *const tree_poke_names[] = {POKE_NAMES};
const unsigned tree_poke_members = ARRAY_SIZE(tree_poke_names);
const unsigned tree_offsets[3] = {offsetof(struct bpf_array, map.max_entries),
    offsetof(struct bpf_array, ptrs), offsetof(struct bpf_prog, bpf_func)};
const int tree_has_sls = IS_ENABLED(CONFIG_SLS) || IS_ENABLED(CONFIG_MITIGATION_SLS);
const int tree_has_ibt = IS_ENABLED(CONFIG_X86_KERNEL_IBT);
const int tree_has_retpoline =
    IS_ENABLED(CONFIG_RETPOLINE) || IS_ENABLED(CONFIG_MITIGATION_RETPOLINE);

static void set_feature(unsigned bit, int on) {
  u32 *word = (u32 *)&boot_cpu_data.x86_capability[bit / 32];
  *word = on ? *word | 1u << bit % 32 : *word & ~(1u << bit % 32);
}

void tree_set_features(const struct half_features *features) {
  set_feature(X86_FEATURE_XMM2, 1);
#ifdef X86_FEATURE_RETPOLINE
  set_feature(X86_FEATURE_RETPOLINE, features->retpoline || features->lfence);
#endif
#ifdef X86_FEATURE_RETPOLINE_LFENCE
  set_feature(X86_FEATURE_RETPOLINE_LFENCE, features->lfence);
#elif defined(X86_FEATURE_RETPOLINE_AMD)
  set_feature(X86_FEATURE_RETPOLINE_AMD, features->lfence);
#endif
#ifdef X86_FEATURE_RETHUNK
  set_feature(X86_FEATURE_RETHUNK, features->rethunk);
#endif
#ifdef X86_FEATURE_BMI2
  set_feature(X86_FEATURE_BMI2, features->bmi2);
#endif
}

enum {
  TAIL_CALL = BPF_JMP | BPF_TAIL_CALL,
  CALL = BPF_JMP | BPF_CALL,
  WIDE = BPF_LD | BPF_IMM | BPF_DW
};

static long to_call_base(unsigned long address) {
  return (long)(address - (unsigned long)__bpf_call_base_here);
}

/* Each direct tail call gets its own descriptor, in one table for the whole program. */
static void describe(
    struct bpf_jit_poke_descriptor *descriptor, unsigned insn, struct bpf_prog *program) {
  struct bpf_array *array = host_allocate(sizeof *array + 2 * sizeof(void *));
  array->map.max_entries = 1;
  array->aux = host_allocate(sizeof *array->aux);
  descriptor->reason = BPF_POKE_REASON_TAIL_CALL;
  descriptor->tail_call.map = &array->map;
  descriptor->tail_call.key = 0;
#ifdef HAS_bpf_jit_poke_descriptor_aux
  descriptor->aux = program->aux;
#endif
#ifdef HAS_bpf_jit_poke_descriptor_insn_idx
  descriptor->insn_idx = insn;
#endif
}

/* Loads whose faults are caught; the signed ones came with 6.6. */
static int may_fault(const struct bpf_insn *insn) {
  enum { PROBE_MEMSX = 0x40 };
  int mode = BPF_MODE(insn->code);
  return BPF_CLASS(insn->code) == BPF_LDX && (mode == BPF_PROBE_MEM || mode == PROBE_MEMSX);
}

static void rewrite(
    struct half_job *job, unsigned index, struct bpf_jit_poke_descriptor *table, unsigned *poke) {
  struct half_function *function = &job->functions[index];
  struct bpf_prog *program = function->program;
  unsigned i, exceptions = 0;
  for (i = 0; i < function->count; i++) {
    struct bpf_insn *insn = &program->insnsi[i];
    if (insn->code == WIDE) i++;
    else if (insn->code == CALL && insn->src_reg == BPF_PSEUDO_CALL) {
      insn->off = (s16)insn->imm;
      insn->imm = 1;
    } else if (insn->code == CALL) insn->imm = (s32)to_call_base(job->call_base + (long)insn->imm);
    else if (insn->code == TAIL_CALL && insn->imm != 0) {
      job->pokes[*poke].insn = function->start + i;
      job->pokes[*poke].function = index;
      describe(&table[*poke], i, program);
      insn->imm = (s32)++*poke;
    } else if (may_fault(insn)) exceptions++;
  }
#ifdef HAS_bpf_prog_aux_num_exentries
  program->aux->num_exentries = exceptions;
#endif
}

static struct bpf_prog *prepare(
    const struct half_function *function, unsigned index, unsigned functions) {
  unsigned long bytes = (unsigned long)function->count * sizeof(struct bpf_insn);
  struct bpf_prog *program = host_allocate(sizeof *program + bytes + sizeof(struct bpf_insn));
  struct bpf_prog_aux *aux = host_allocate(sizeof *aux);
  memcpy(program->insnsi, function->insns, bytes);
  program->len = function->count;
  program->type = BPF_PROG_TYPE_SCHED_CLS;
  program->jit_requested = 1;
  program->is_func = functions > 1;
  program->aux = aux;
  aux->stack_depth = function->stack_depth;
#ifdef HAS_bpf_prog_aux_tail_call_reachable
  aux->tail_call_reachable = function->reach;
#endif
  aux->func_idx = function->subprogram ? index : 0;
#ifdef HAS_bpf_prog_aux_prog
  aux->prog = program;
#endif
#ifdef HAS_bpf_prog_aux_main_prog_aux
  aux->main_prog_aux = aux;
#endif
  return program;
}

/* The second round knows where the callees are. */
static void resolve_calls(struct half_job *job, unsigned index, struct bpf_prog **all) {
  struct half_function *function = &job->functions[index];
  struct bpf_prog *program = function->program;
  unsigned i;
  for (i = 0; i < function->count; i++) {
    struct bpf_insn *insn = &program->insnsi[i];
    if (insn->code == WIDE) i++;
    else if (insn->code == CALL && insn->src_reg == BPF_PSEUDO_CALL)
      insn->imm = (s32)to_call_base(job->functions[(u16)insn->off].base);
  }
  program->aux->func = all;
  program->aux->func_cnt = job->function_count;
}

static int compile(struct half_job *job, unsigned index) {
  struct half_function *function = &job->functions[index];
  host_function = function;
  function->program = bpf_int_jit_compile(function->program);
  function->length = ((struct bpf_prog *)function->program)->jited_len;
  return ((struct bpf_prog *)function->program)->jited;
}

int tree_compile(struct half_job *job) {
  struct bpf_jit_poke_descriptor *table = host_allocate((job->poke_count + 1) * sizeof *table);
  struct bpf_prog **all = host_allocate(job->function_count * sizeof *all);
  unsigned i, poke = 0;
  for (i = 0; i < job->function_count; i++) {
    all[i] = job->functions[i].program = prepare(&job->functions[i], i, job->function_count);
    rewrite(job, i, table, &poke);
    all[i]->aux->poke_tab = table;
    all[i]->aux->size_poke_tab = job->poke_count;
  }
  for (i = 0; i < job->function_count; i++)
    if (!compile(job, i)) return (int)i;
  if (job->function_count > 1)
    for (i = 0; i < job->function_count; i++) resolve_calls(job, i, all);
  if (job->function_count > 1)
    for (i = 0; i < job->function_count; i++)
      if (!compile(job, i)) return (int)i;
  for (i = 0; i < job->poke_count; i++) {
    unsigned long members[] = {POKE_MEMBERS(table[i])};
    memcpy(job->pokes[i].members, members, sizeof members);
    job->pokes[i].adjust = table[i].adj_off;
  }
  return -1;
}

#ifdef CONFIG_GENERIC_BUG
extern struct bug_entry __start___bug_table[] __weak, __stop___bug_table[] __weak;
#endif

const char *tree_bug(unsigned long address, unsigned *line, int *is_warning) {
#if defined(CONFIG_GENERIC_BUG) && defined(CONFIG_DEBUG_BUGVERBOSE)
  struct bug_entry *bug;
  for (bug = __start___bug_table; bug < __stop___bug_table; bug++) {
#ifdef CONFIG_GENERIC_BUG_RELATIVE_POINTERS
    unsigned long at = (unsigned long)&bug->bug_addr_disp + bug->bug_addr_disp;
    const char *file = (const char *)&bug->file_disp + bug->file_disp;
#else
    unsigned long at = bug->bug_addr;
    const char *file = bug->file;
#endif
    if (at != address) continue;
    *line = bug->line;
    *is_warning = bug->flags & BUGFLAG_WARNING;
    return file;
  }
#endif
  return NULL;
}
