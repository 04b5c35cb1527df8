// What a slot update does to code: the pokes of every direct tail call through that slot, in the
// order of the variant's protocol.
import {findProtocol} from '../../jit/poke/explore.ts';
import type {PokeStep} from '../../jit/poke/protocols.ts';
import type {Image, ImageProgram, PokeSite, Program} from '../../jit/types.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import {assemble} from '../../jit/x86/assemble-form.ts';
import {nop5 as nop5Bytes} from '../../jit/x86/nops.ts';
import {UserError} from '../../results/error.ts';
import type {JobRecord} from './job.ts';

/** Five bytes of code that are patched. */
interface Location {
  readonly address: bigint;
  now: Uint8Array;
}

interface Site {
  readonly map: string;
  readonly key: number;
  readonly adj: number;
  readonly target: Location;
  readonly bypass: Location | null;
  /** The bypass as emitted: it skips the unwinding. */
  readonly skip: Uint8Array | null;
  readonly protocol: string;
}

const nop5 = Uint8Array.from(nop5Bytes);

/** Follows the code of an image through slot updates. */
export interface Slots {
  /** `program` = null empties the slot. */
  readonly update: (map: string, key: number, program: string | null) => JobRecord[];
}

export const slotsOf = (
  image: Image,
  programs: readonly Program[],
  variant: Pick<Variant, 'name' | 'pokeNames' | 'foreign'>,
): Slots => {
  const sites = image.programs.flatMap((linked) => {
    const program = programs.find(({name}) => name === linked.name);
    return program === undefined
      ? []
      : linked.compiled.pokes.map((poke) => siteOf(linked, poke, program, variant));
  });
  const entryOf = (name: string): bigint => {
    const linked = image.programs.find((one) => one.name === name);
    if (linked === undefined) throw new Error(`no program ${name} in the image`);
    return linked.compiled.functions[0].base;
  };
  const strange = variant.foreign?.unknownPokes ?? [];
  return {
    update: (map, key, program) => {
      if (strange.length > 0 && sites.some((site) => site.map === map && site.key === key))
        throw new UserError(
          `${variant.name} patches its tail calls at ${strange.join(', ')}, which is not a ` +
            'protocol that jitstat can play.',
          'jitstat jit shows its code; workloads that fill such slots cannot be run.',
        );
      return sites
        .filter((site) => site.map === map && site.key === key)
        .flatMap((site) =>
          stepsOf(site.protocol, program === null).flatMap((step) => {
            const entry = program === null ? 0n : entryOf(program);
            return pokeFor(step, site, entry + BigInt(site.adj));
          }),
        );
    },
  };
};

const siteOf = (
  linked: ImageProgram,
  poke: PokeSite,
  program: Program,
  variant: Pick<Variant, 'pokeNames'>,
): Site => {
  const {base, code} = linked.compiled.functions[poke.function];
  const location = (offset: number): Location => ({
    address: base + BigInt(offset),
    now: code.slice(offset, offset + 5),
  });
  const {map, key} = linked.verified.descriptors[poke.descriptor];
  const bypass = poke.bypass === null ? null : location(poke.bypass);
  return {
    map: program.maps[map].name,
    key,
    adj: poke.adj,
    target: location(poke.target),
    bypass,
    skip: bypass?.now ?? null,
    // Only the RFC's two locations leave the target armed when the slot is emptied.
    protocol: bypass !== null && variant.pokeNames === 'ip' ? 'rfc1' : 'merged',
  };
};

const stepsOf = (protocol: string, empties: boolean): readonly PokeStep[] => {
  const {install, remove} = findProtocol(protocol);
  return empties ? remove : install;
};

const pokeFor = (
  step: PokeStep,
  {target, bypass, skip}: Site,
  destination: bigint,
): JobRecord[] => {
  switch (step) {
    case 'target: jmp':
      return poke(target, jumpTo(target.address, destination));
    case 'target: nop':
      return poke(target, nop5);
    case 'bypass: nop':
      return bypass === null ? [] : poke(bypass, nop5);
    case 'bypass: skip':
      return bypass === null || skip === null ? [] : poke(bypass, skip);
    // Nothing runs while the shim pokes; the caller stores the slot itself.
    case 'grace period':
    case 'slot':
      return [];
  }
};

const poke = (location: Location, after: Uint8Array): JobRecord[] => {
  const before = location.now;
  if (Buffer.compare(before, after) === 0) return [];
  location.now = after;
  return [{op: 'poke', address: location.address, before, after}];
};

const jumpTo = (from: bigint, to: bigint): Uint8Array =>
  Uint8Array.from(assemble('jmp rel32', Number(to - from - 5n)));
