// An arm64 program whose number of instructions in user mode is known exactly. `spin N` executes 2
// N and a constant for numbers of equally many digits; `spin N UNIT` alternates loops with work in
// the kernel N times, both of 1 to 12 units of UNIT loops, at random.
typedef unsigned long u64;

static long call(long number, long a, long b, long c, long d) {
  register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c, x3 __asm__("x3") = d;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
}

enum { READ = 63, OPENAT = 56, EXIT = 93, GETPID = 172 };

static void loop(u64 times) {
  __asm__ volatile("1: subs %0, %0, #1\n b.ne 1b" : "+r"(times) : : "cc");
}

static char buffer[1 << 14];
/** Clearing the buffer takes the kernel about as long as this many loops. */
enum { LOOPS_PER_READ = 4600 };

static void phases(u64 count, u64 unit) {
  u64 seed = (u64)call(GETPID, 0, 0, 0, 0) * 0x9e3779b97f4a7c15;
  long zero = call(OPENAT, -100, (long)"/dev/zero", 0, 0);
  for (u64 i = 0; i < count; i++) {
    seed = seed * 6364136223846793005 + 1442695040888963407;
    u64 loops = (1 + (seed >> 33) % 12) * unit;
    if (i % 2 == 0) loop(loops);
    else
      for (u64 done = 0; done < loops; done += LOOPS_PER_READ)
        call(READ, zero, (long)buffer, sizeof buffer, 0);
  }
}

static u64 number(const char *text) {
  u64 value = 0;
  while (*text != 0) value = value * 10 + (u64)(*text++ - '0');
  return value;
}

__attribute__((used)) static void begin(long *stack) {
  u64 first = number((const char *)stack[2]);
  if (stack[0] > 2) phases(first, number((const char *)stack[3]));
  else loop(first);
  call(EXIT, 0, 0, 0, 0);
}

__asm__(".globl _start\n_start: mov x0, sp\n bl begin\n");
