// Declarations that the files of the host half share.
#ifndef JITSTAT_HOST_H
#define JITSTAT_HOST_H
#include "halves.h"

/** What the compiler printed during this request. */
extern char host_said[4096];
extern unsigned long x86_return_thunk;
extern int host_rethunk;
/** Ends the request with an error; does not return. */
_Noreturn void host_end(const char *reason);
_Noreturn void host_no_stand_in(const char *name) __attribute__((used));
void host_free_all(void);
/** Pages to unmap after the request. */
void host_map(unsigned long start, unsigned long bytes);

/** Where the compiler's code holds an address of the layout, which is written for each request. */
struct host_site { unsigned long offset; long addend; int is_thunk; };
extern const struct host_site host_sites[];
extern const unsigned host_site_count;
/** Where the compiler's code begins. */
extern unsigned char jitstat_compiler_text[];
#endif
