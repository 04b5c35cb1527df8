// The command port of a machine's process 1: lines of JSON fields to the host, and reading and
// writing the small files that it needs.
#ifndef JITSTAT_GUEST_PORT_H
#define JITSTAT_GUEST_PORT_H

#include <asm/fcntl.h>
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include "sys.h"

enum { PORT = 3 };

/** The first serial port that is not the console: on the board (x86), on the PCI card (arm64). */
#ifdef __x86_64__
#define PORT_NAME "ttyS1"
#else
#define PORT_NAME "ttyS0"
#endif

static char output[4096];
static size_t output_bytes;

static void put_char(char character) {
  if (output_bytes < sizeof output) output[output_bytes++] = character;
}

static void put(const char *text) {
  while (*text != 0) put_char(*text++);
}

static void put_number(u64 value) {
  char digits[20];
  int count = 0;
  do digits[count++] = (char)('0' + value % 10);
  while ((value /= 10) != 0);
  while (count > 0) put_char(digits[--count]);
}

/** Prints a text of the kernel without characters that JSON would have to escape. */
static void put_plain(const char *text) {
  for (; *text != 0; text++)
    if (*text >= ' ' && *text <= '~' && *text != '"' && *text != '\\') put_char(*text);
}

static void put_field(const char *name, const char *text) {
  put(",\"");
  put(name);
  put("\":\"");
  put_plain(text);
  put("\"");
}

static void send(void) {
  put_char('\n');
  for (size_t done = 0; done < output_bytes;) {
    long written = sys3(__NR_write, PORT, output + done, output_bytes - done);
    if (written <= 0) break;
    done += (size_t)written;
  }
  output_bytes = 0;
}

static long open_file(const char *path, int flags) {
  return sys6(__NR_openat, AT_CWD, (long)path, flags, 0600, 0, 0);
}

static void write_file(const char *path, const char *text) {
  long fd = open_file(path, O_WRONLY);
  if (fd < 0) return;
  sys3(__NR_write, fd, text, length_of(text));
  sys3(__NR_close, fd, 0, 0);
}

/** The file's first line, or an empty text. */
static const char *read_file(const char *path) {
  static char text[1024];
  long fd = open_file(path, O_RDONLY);
  long bytes = fd < 0 ? 0 : sys3(__NR_read, fd, text, sizeof text - 1);
  if (fd >= 0) sys3(__NR_close, fd, 0, 0);
  text[bytes < 0 ? 0 : bytes] = 0;
  return text;
}

/** The command port becomes descriptor 3: raw, 8 bits, no echo. */
static int open_port(void) {
  long fd = open_file("/dev/" PORT_NAME, O_RDWR | O_NOCTTY);
  if (fd < 0) return 0;
  if (fd != PORT) {
    sys3(__NR_dup3, fd, PORT, 0);
    sys3(__NR_close, fd, 0, 0);
  }
  struct termios raw = {.c_cflag = B115200 | CS8 | CREAD | CLOCAL};
  raw.c_cc[VMIN] = 1;
  sys3(__NR_ioctl, PORT, TCSETS, &raw);
  return 1;
}

#endif
