// The loops that run an image: on a separate stack, with nothing of the shim's in registers
// that the image must preserve.
//
// The plain loop is what the kernel times in a test run: set the arguments, call, count down. The
// flow dissector's loop also prepares the keys before each execution and clamps both offsets after
// it. The callee-saved registers hold marks that are compared after the loop, so an image that
// loses one is caught even if its return value is right.
#ifndef JITSTAT_ENTER_H
#define JITSTAT_ENTER_H
#include "sys.h"

/**
 * What the loops read and write; at a fixed address because the image may clobber every register.
 */
struct run_state {
  u64 entry, context, insns;
  /** Executions still to do. */
  u64 left;
  /** Top of the image's stack; the shim's own stack pointer meanwhile. */
  u64 stack, saved;
  u64 retval;
  /** Bit i: register i of `preserved_names` came back with another value. */
  u64 lost;
  /**
   * Flow dissector: address of the 56 bytes of keys, the EtherType as in the packet, bytes of the
   * packet, flags.
   */
  u64 keys, ethertype, packet_bytes, flags;
};
struct run_state run_state;

_Static_assert(offsetof(struct run_state, left) == 24 && offsetof(struct run_state, stack) == 32 &&
        offsetof(struct run_state, retval) == 48 && offsetof(struct run_state, lost) == 56 &&
        offsetof(struct run_state, keys) == 64 && offsetof(struct run_state, flags) == 88,
    "offsets used below");

void run_plain(void);
void run_flow(void);
/** The loops' code refers to nothing outside but `run_state`, by its address, so it can be copied. */
extern const u8 loops_begin[], loops_end[];

#ifdef __x86_64__
static const char *const preserved_names[] = {"rbx", "rbp", "r12", "r13", "r14", "r15", "rsp"};

__asm__(
  ".text\n"
  ".macro begin_on_image_stack\n"
  "  push %rbx\n  push %rbp\n  push %r12\n  push %r13\n  push %r14\n  push %r15\n"
  "  mov %rsp, run_state+40\n"
  "  mov run_state+32, %rsp\n"
  "  movabs $0xb0b0b0b000000003, %rbx\n"
  "  movabs $0xb0b0b0b000000005, %rbp\n"
  "  movabs $0xb0b0b0b00000000c, %r12\n"
  "  movabs $0xb0b0b0b00000000d, %r13\n"
  "  movabs $0xb0b0b0b00000000e, %r14\n"
  "  movabs $0xb0b0b0b00000000f, %r15\n"
  ".endm\n"
  // Sets the bit in ecx if the register differs from its mark.
  ".macro check register, mark, bit\n"
  "  movabs $\\mark, %rdx\n"
  "  cmp %rdx, \\register\n"
  "  je 9f\n"
  "  or $\\bit, %ecx\n"
  "9:\n"
  ".endm\n"
  ".macro end_on_image_stack\n"
  "  mov %rax, run_state+48\n"
  "  xor %ecx, %ecx\n"
  "  check %rbx, 0xb0b0b0b000000003, 1\n"
  "  check %rbp, 0xb0b0b0b000000005, 2\n"
  "  check %r12, 0xb0b0b0b00000000c, 4\n"
  "  check %r13, 0xb0b0b0b00000000d, 8\n"
  "  check %r14, 0xb0b0b0b00000000e, 16\n"
  "  check %r15, 0xb0b0b0b00000000f, 32\n"
  "  cmp run_state+32, %rsp\n"
  "  je 8f\n"
  "  or $64, %ecx\n"
  "8: mov %rcx, run_state+56\n"
  "  cld\n"
  "  mov run_state+40, %rsp\n"
  "  pop %r15\n  pop %r14\n  pop %r13\n  pop %r12\n  pop %rbp\n  pop %rbx\n"
  "  ret\n"
  ".endm\n"

  ".globl run_plain, loops_begin, loops_end\n"
  ".type run_plain, @function\n"
  ".p2align 6\n"
  "loops_begin:\n"
  "run_plain:\n"
  "  begin_on_image_stack\n"
  ".p2align 5\n"
  "1: mov run_state+8, %rdi\n"
  "  mov run_state+16, %rsi\n"
  "  call *run_state\n"
  "  decq run_state+24\n"
  "  jnz 1b\n"
  "  end_on_image_stack\n"
  ".size run_plain, .-run_plain\n"

  ".globl run_flow\n"
  ".type run_flow, @function\n"
  ".p2align 6\n"
  "run_flow:\n"
  "  begin_on_image_stack\n"
  ".p2align 5\n"
  "1: mov run_state+64, %rdx\n"        // keys
  "  xor %eax, %eax\n"
  "  movl $0x000e000e, (%rdx)\n"       // nhoff = thoff = 14
  "  mov %eax, 4(%rdx)\n"
  "  mov %rax, 8(%rdx)\n"
  "  mov %rax, 16(%rdx)\n"
  "  mov %rax, 24(%rdx)\n"
  "  mov %rax, 32(%rdx)\n"
  "  mov %rax, 40(%rdx)\n"
  "  mov run_state+72, %ecx\n"
  "  mov %cx, 10(%rdx)\n"              // n_proto
  "  mov run_state+88, %rcx\n"
  "  mov %rcx, 48(%rdx)\n"             // flags, and flow_label = 0
  "  mov run_state+8, %rdi\n"
  "  mov run_state+16, %rsi\n"
  "  call *run_state\n"
  "  mov run_state+64, %rdi\n"
  "  mov run_state+80, %esi\n"         // packet bytes
  "  movzwl (%rdi), %edx\n"            // nhoff: at least 14, at most the packet
  "  mov $14, %ecx\n"
  "  cmp %ecx, %edx\n"
  "  cmovb %ecx, %edx\n"
  "  cmp %esi, %edx\n"
  "  cmova %esi, %edx\n"
  "  mov %dx, (%rdi)\n"
  "  movzwl 2(%rdi), %ecx\n"           // thoff: at least nhoff, at most the packet
  "  cmp %edx, %ecx\n"
  "  cmovb %edx, %ecx\n"
  "  cmp %esi, %ecx\n"
  "  cmova %esi, %ecx\n"
  "  mov %cx, 2(%rdi)\n"
  "  decq run_state+24\n"
  "  jnz 1b\n"
  "  end_on_image_stack\n"
  ".size run_flow, .-run_flow\n"
  "loops_end:\n");
#else
#include "enter-arm.h"
#endif

#endif
