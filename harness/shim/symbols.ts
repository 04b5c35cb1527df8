// Function addresses from the symbol table of an ELF64 executable.

const sectionTypes = {symbolTable: 2} as const;
const symbolType = {function: 2} as const;

/** Global functions by name. The file must not be stripped. */
export const functionSymbols = (file: Uint8Array): ReadonlyMap<string, bigint> => {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const u64 = (at: number): number => Number(view.getBigUint64(at, true));
  const sectionAt = (index: number): number => u64(40) + index * view.getUint16(58, true);
  const symbols = new Map<string, bigint>();
  for (let index = 0; index < view.getUint16(60, true); index++) {
    const section = sectionAt(index);
    if (view.getUint32(section + 4, true) !== sectionTypes.symbolTable) continue;
    const names = u64(sectionAt(view.getUint32(section + 40, true)) + 24);
    const [start, bytes] = [u64(section + 24), u64(section + 32)];
    for (let at = start; at < start + bytes; at += 24) {
      if ((view.getUint8(at + 4) & 15) !== symbolType.function) continue;
      const name = names + view.getUint32(at, true);
      const text = new TextDecoder().decode(file.subarray(name, file.indexOf(0, name)));
      symbols.set(text, view.getBigUint64(at + 8, true));
    }
  }
  return symbols;
};
