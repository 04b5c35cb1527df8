// Function addresses from the symbol table of an ELF64 executable.
import type {ElfField} from '../../jit/elf/fields.ts';
import {
  elfBytes,
  elfHeader,
  readField,
  sectionHeader,
  sectionTypes,
  symbolEntry,
  symbolKinds,
} from '../../jit/elf/fields.ts';

/** Global functions by name. The file must not be stripped. */
export const functionSymbols = (file: Uint8Array): ReadonlyMap<string, bigint> => {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const read = (at: number, field: ElfField): number => Number(readField(view, at, field));
  const sectionAt = (index: number): number =>
    read(0, elfHeader.sectionHeaders) + index * read(0, elfHeader.sectionHeaderBytes);
  const symbols = new Map<string, bigint>();
  for (let index = 0; index < read(0, elfHeader.sectionCount); index++) {
    const section = sectionAt(index);
    if (read(section, sectionHeader.type) !== sectionTypes.symtab) continue;
    const names = read(sectionAt(read(section, sectionHeader.link)), sectionHeader.offset);
    const start = read(section, sectionHeader.offset);
    const end = start + read(section, sectionHeader.size);
    for (let at = start; at < end; at += elfBytes.symbol) {
      if ((read(at, symbolEntry.info) & 15) !== symbolKinds.function) continue;
      const name = names + read(at, symbolEntry.name);
      const text = new TextDecoder().decode(file.subarray(name, file.indexOf(0, name)));
      symbols.set(text, readField(view, at, symbolEntry.value));
    }
  }
  return symbols;
};
