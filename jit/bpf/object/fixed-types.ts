// Types of the kernel that are the same in all releases (include/uapi): a CO-RE relocation of a field
// in one of them changes nothing, as with contexts and packet headers of a vmlinux.h.
import {plainType, readBtf} from './btf.ts';
import type {CoreRelocation} from './btf.ts';

/** Sizes in bytes: a copy of this size has all fields, at the kernel's offsets. */
const fixedTypes: Readonly<Record<string, number>> = {
  xdp_md: 24,
  __sk_buff: 192,
  ethhdr: 14,
  iphdr: 20,
  ipv6hdr: 40,
  tcphdr: 20,
  udphdr: 8,
  icmphdr: 8,
  icmp6hdr: 8,
};

/** BPF_CORE_FIELD_RSHIFT_U64: the last kind that is about a field. */
const lastFieldKind = 5;

/** The relocations that depend on the kernel, of those in the object with this BTF. */
export const dependOnKernel = (
  list: readonly CoreRelocation[],
  btf: Uint8Array,
  file: string,
): readonly CoreRelocation[] => {
  if (list.length === 0) return list;
  const types = readBtf(btf, file);
  return list.filter(({kind, type}) => {
    const {name, size} = plainType(types, type);
    return kind > lastFieldKind || !Object.hasOwn(fixedTypes, name) || fixedTypes[name] !== size;
  });
};
