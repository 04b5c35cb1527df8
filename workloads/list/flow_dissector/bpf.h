/* What the dissector needs of the BPF interface: integer types, map declarations, helpers, the context. */
#ifndef BPF_H
#define BPF_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define SECTION(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))

/* Map types and the BTF form of a map definition: the numbers are array lengths of pointer members. */
#define MAP_HASH 1
#define MAP_PROG_ARRAY 3
#define MAP(name, map_type, key_bytes, value_bytes, entries) \
	struct { \
		int (*type)[map_type]; \
		int (*key_size)[key_bytes]; \
		int (*value_size)[value_bytes]; \
		int (*max_entries)[entries]; \
	} name SECTION(".maps")

/* Helpers are called by number. */
static __attribute__((unused)) long (*map_update_elem)(
	void *map, const void *key, const void *value, u64 flags) = (void *)2;
static __attribute__((unused)) long (*tail_call)(void *context, void *table, u32 slot) = (void *)12;
static __attribute__((unused)) long (*skb_load_bytes)(
	const void *skb, u32 offset, void *to, u32 length) = (void *)26;

/* A tail call whose slot is a constant in r3 whatever the compiler does, so that it becomes a direct jump. */
#define TAIL_CALL(context, map, slot) \
	asm volatile("r1 = %[ctx]\n\tr2 = %[table] ll\n\tr3 = %[index]\n\tcall 12" \
		:: [ctx] "r"(context), [table] "i"(&(map)), [index] "i"(slot) \
		: "r0", "r1", "r2", "r3", "r4", "r5")

/*
 * The part of struct __sk_buff a flow dissector program may read. The offset must be in the load
 * itself: a verifier refuses a context pointer that something was added to, and compilers like to
 * add.
 */
struct context;
#define DATA 76      /* u32, becomes a packet pointer */
#define DATA_END 80  /* u32, becomes the end of the packet */
#define FLOW_KEYS 144 /* u64, becomes a pointer to the flow keys */
#define CONTEXT_FIELD(context, bits, offset) ({ \
	void *field; \
	asm volatile("%[to] = *(u" #bits " *)(%[ctx] + %[at])" \
		: [to] "=r"(field) : [ctx] "r"(context), [at] "i"(offset)); \
	field; \
})

#define BE16(value) ((u16)__builtin_bswap16(value))
#define BE32(value) ((u32)__builtin_bswap32(value))

#endif
