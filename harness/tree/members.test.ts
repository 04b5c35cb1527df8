// Members of C structures: bit fields, lists, arrays, callbacks, anonymous unions, comments.
import {expect, test} from 'vitest';
import {membersHeader, membersOf} from './members.ts';

test('all ways in which a member is declared', () => {
  const source = `struct other { int no; };
    struct one {
      void *place; void	*aux;
      u16 first:1, second : 1;
      struct { struct map *map; u32 key; } inner;
      union { int a; long b[4]; };
      void (*call)(int x, int y);
      const char *words[2];
    };`;
  expect(membersOf(source, 'one').map(({name}) => name)).toEqual(
    'place aux first second map key inner a b call words'.split(' '),
  );
  expect(
    membersOf(source, 'one').flatMap(({name, isPointer}) => (isPointer ? [name] : [])),
  ).toEqual(['place', 'aux']);
  expect(membersOf(source, 'absent')).toEqual([]);
});

const poke = 'void *tailcall_target; /* void *old; */ void *aux; u32 insn_idx; u8 adj_off;';
const headers = (aux: string, more = '') => [
  `struct bpf_prog { u32 jited_len; }; struct bpf_prog_aux { ${aux} };`,
  `struct bpf_jit_poke_descriptor { ${poke} ${more} // void *older;\n };`,
];
const aux = 'u32 stack_depth; u32 func_idx; bool tail_call_reachable; struct p *poke_tab;';

test('poke members become names and values, including new ones but not comments', () => {
  const header = membersHeader(headers(aux, 'void *ip_aux;'), 6001);
  expect(header).toContain('#define POKE_NAMES "target", "ip_aux"\n');
  expect(header).toContain('(unsigned long)(d).tailcall_target, (unsigned long)(d).ip_aux');
  expect(header).toContain('#define HAS_bpf_prog_aux_tail_call_reachable 1');
});

test('the loss of a member that the version must have is noticed', () => {
  const without = aux.replace('bool tail_call_reachable;', '');
  expect(() => membersHeader(headers(without), 6001)).toThrow(/no member tail_call_reachable/);
  expect(membersHeader(headers(without), 5009)).not.toContain('tail_call_reachable');
});
