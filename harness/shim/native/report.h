// The one JSON line a shim prints: an entry for each test run, then status, what and where. Form:
// `harness/shim/result.ts`.
// It goes to a separate descriptor. If that is not open, only a failure is printed, in words, on
// stderr.
#ifndef JITSTAT_REPORT_H
#define JITSTAT_REPORT_H
#include "sys.h"

/** Exit codes; `harness/shim/result.ts` names the same table. */
enum { EXIT_OK = 0, EXIT_WRONG = 10, EXIT_CRASH = 11, EXIT_HANG = 12, EXIT_REFUSED = 13 };

struct text {
  size_t bytes;
  char data[1 << 14];
};

static int result_fd = 3;
static struct text line, what;
static int exit_code = EXIT_OK;
/** The list that is open in the line: items of one kind come together. */
static const char *open_list;
/** The current item is a list too, and still open. */
static int is_inner_open;
/**
 * Where the first failure was: an address (0 = none), the label of the run, and executions finished
 * in it.
 */
static u64 where_address;
static const char *where_label;
static u64 where_iteration;
/** In shims that run two sides: the side that failed, and which of its copies. */
static const char *where_side;
static u64 where_pair;

static void write_all(int fd, struct text *text) {
  size_t done = 0;
  while (fd >= 0 && done < text->bytes) {
    long written = sys3(__NR_write, fd, text->data + done, text->bytes - done);
    if (written <= 0) break;
    done += (size_t)written;
  }
  text->bytes = 0;
}

static void put_char(struct text *text, char character) {
  if (text->bytes == sizeof text->data) write_all(result_fd, text);
  text->data[text->bytes++] = character;
}

static void put(struct text *text, const char *words) {
  while (*words != 0) put_char(text, *words++);
}

static void put_number(struct text *text, u64 value) {
  char digits[20];
  int count = 0;
  do digits[count++] = (char)('0' + value % 10);
  while ((value /= 10) != 0);
  while (count > 0) put_char(text, digits[--count]);
}

static void put_hex(struct text *text, u64 value) {
  int shift = 60;
  while (shift > 0 && (value >> shift) == 0) shift -= 4;
  put(text, "0x");
  for (; shift >= 0; shift -= 4) put_char(text, "0123456789abcdef"[value >> shift & 15]);
}

static void put_bytes(struct text *text, const u8 *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    put_char(text, "0123456789abcdef"[bytes[i] >> 4]);
    put_char(text, "0123456789abcdef"[bytes[i] & 15]);
  }
}

/** What is written before an item of the list `name`. */
static void begin_item(const char *name) {
  if (open_list != name) {
    put(&line, open_list == NULL ? "{\"" : "],\"");
    put(&line, name);
    put(&line, "\":[");
  } else {
    put_char(&line, ',');
  }
  open_list = name;
}

static const char runs_list[] = "runs";

/**
 * One finished test run, up to its closing brace. Labels come from the job with JSON's escapes
 * already in them; `ticks` of the time-stamp counter are left out if they are 0.
 */
static void begin_run(const char *label, u32 retval, u64 executions, u64 ns, u64 ticks) {
  begin_item(runs_list);
  put(&line, "{\"label\":\"");
  put(&line, label);
  put(&line, "\",\"retval\":");
  put_number(&line, retval);
  put(&line, ",\"executions\":");
  put_number(&line, executions);
  put(&line, ",\"ns\":");
  put_number(&line, ns);
  if (ticks != 0) {
    put(&line, ",\"ticks\":");
    put_number(&line, ticks);
  }
}

static void end_run(void) {
  put_char(&line, '}');
}

/**
 * Begins the description of a failure; only the first failure is kept. Returns true if the caller
 * should go on adding words to `what`.
 */
static int report_failure(int code, const char *label) {
  if (exit_code != EXIT_OK) return 0;
  exit_code = code;
  where_label = label;
  return 1;
}

static const char *status_name(void) {
  switch (exit_code) {
    case EXIT_OK: return "ok";
    case EXIT_WRONG: return "wrong";
    case EXIT_CRASH: return "crash";
    case EXIT_HANG: return "hang";
    default: return "refused";
  }
}

/** Ends the line and the process. */
static _Noreturn void report_end(void) {
  if (result_fd < 0 && exit_code != EXIT_OK) {
    put_char(&what, '\n');
    write_all(2, &what);
  }
  if (is_inner_open) put_char(&line, ']');
  put(&line, open_list == NULL ? "{\"status\":\"" : "],\"status\":\"");
  put(&line, status_name());
  put(&line, "\",\"what\":\"");
  for (size_t i = 0; i < what.bytes; i++) put_char(&line, what.data[i]);
  put(&line, "\"");
  if (where_address != 0) {
    put(&line, ",\"address\":\"");
    put_hex(&line, where_address);
    put(&line, "\"");
  }
  if (where_label != NULL) {
    put(&line, ",\"label\":\"");
    put(&line, where_label);
    put(&line, "\",\"iteration\":");
    put_number(&line, where_iteration);
  }
  if (where_side != NULL) {
    put(&line, ",\"side\":\"");
    put(&line, where_side);
    put(&line, "\",\"pair\":");
    put_number(&line, where_pair);
  }
  put(&line, "}\n");
  write_all(result_fd, &line);
  sys_exit(exit_code);
}

/** For a job that cannot be played: says why and ends. */
static _Noreturn void refuse(const char *words, u64 detail) {
  if (report_failure(EXIT_REFUSED, NULL)) {
    put(&what, words);
    if (detail != 0) {
      put_char(&what, ' ');
      put_hex(&what, detail);
    }
  }
  report_end();
}

#endif
