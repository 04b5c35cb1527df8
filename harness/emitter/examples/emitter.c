// An emitter in C: it compiles moves, additions and exit of one function, and refuses the rest.
// cc -O2 -o my-emitter emitter.c && jitstat emitter check ./my-emitter
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned char u8;
static u8 code[1 << 20];
static size_t length;

static void put(const char *bytes, size_t count) {
  memcpy(code + length, bytes, count);
  length += count;
}

/*
 * The x86 registers of R0 to R10; R6 to R9 would have to be saved, which this example does not do.
 */
static const int registers[16] = {0, 7, 6, 2, 1, 8, -1, -1, -1, -1, 5, -1, -1, -1, -1, -1};

/* REX.W, an opcode, and a register operand: `field` is the other register or the opcode's digit. */
static void put_operation(int opcode, int field, int rm) {
  u8 bytes[3] = {(u8)(0x48 | (field >> 3) << 2 | rm >> 3), (u8)opcode,
      (u8)(0xc0 | (field & 7) << 3 | (rm & 7))};
  put((char *)bytes, 3);
}

/* The code of one BPF instruction; returns 0 if the opcode is not known. */
static int compile(const u8 *insn) {
  int destination = registers[insn[1] & 15], source = registers[insn[1] >> 4];
  if (destination < 0 || source < 0) return 0;
  switch (insn[0]) {
    case 0xbf: return put_operation(0x89, source, destination), 1;
    case 0x0f: return put_operation(0x01, source, destination), 1;
    case 0xb7: return put_operation(0xc7, 0, destination), put((char *)insn + 4, 4), 1;
    case 0x07: return put_operation(0x81, 0, destination), put((char *)insn + 4, 4), 1;
    case 0x95: return put("\xc9\xc3", 2), 1; // leave, ret
    default: return 0;
  }
}

static void answer(const char *line) {
  const char *id = strstr(line, "\"id\":"), *hex = strstr(line, "\"insns\":\""),
             *start = strstr(line, "\"start\":");
  long number = id ? atol(id + 5) : 0,
       count = hex ? (long)strspn(hex + 9, "0123456789abcdef") / 16 : 0;
  if (!count || (start && strstr(start + 1, "\"start\":")) || count > 50000) {
    printf("{\"id\":%ld,\"error\":\"program\",\"reason\":\"one function, please\"}\n", number);
    return;
  }
  long ends[50001];
  length = 0;
  put("\x0f\x1f\x44\0\0\x55\x48\x89\xe5", 9); // nop5, push rbp, mov rbp, rsp: R10 is rbp
  ends[0] = (long)length;
  for (long i = 0; i < count; i++) {
    u8 insn[8];
    for (int k = 0; k < 8; k++) sscanf(hex + 9 + 16 * i + 2 * k, "%2hhx", &insn[k]);
    if (!compile(insn)) {
      printf("{\"id\":%ld,\"error\":\"opcode\",\"reason\":\"instruction %ld: opcode %02x\"}\n",
          number, i, insn[0]);
      return;
    }
    ends[i + 1] = (long)length;
  }
  printf("{\"id\":%ld,\"functionLengths\":[%zu],\"pokes\":[],\"ends\":[[", number, length);
  for (long i = 0; i <= count; i++) printf(i ? ",%ld" : "%ld", ends[i]);
  printf("]],\"image\":\"");
  for (size_t i = 0; i < length; i++) printf("%02x", code[i]);
  printf("\"}\n");
}

int main(void) {
  puts("{\"emitter\":1,\"name\":\"example in C\",\"arch\":\"x86_64\","
       "\"entry\":\"kernel\",\"rules\":\"v61\"}");
  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, stdin) > 0) answer(line), fflush(stdout);
  return 0;
}
