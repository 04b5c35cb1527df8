// Why an access to the context is refused: by the kernel, or because jitstat does not know the
// field.
import type {PlayedType} from '../../program-kinds.ts';
import type {Program} from '../../types.ts';
import {contextOf} from '../word/program-types.ts';
import {refuse} from '../word/refuse.ts';
import {fieldAt, fieldNameAt} from './context-fields.ts';
import type {ContextField} from './context-fields.ts';

/** Fields that Linux 6.18 lets programs of a type read but for which jitstat has no loads. */
const ofAll = ['napi_id', 'gso_segs', 'gso_size'];
const ofTc = [...ofAll, 'tstamp', 'tstamp_type', 'hwtstamp'];
const ofSkb = [...ofAll, 'ifindex'];

const unsupported: Readonly<Record<PlayedType, readonly string[]>> = {
  sched_cls: ofTc,
  sched_act: ofTc,
  socket_filter: ofSkb,
  cgroup_skb: [...ofSkb, 'tstamp'],
  lwt_in: ofSkb,
  lwt_out: ofSkb,
  lwt_xmit: ofSkb,
  xdp: [],
  flow_dissector: [],
};

/** Refuses an access of `bytes` at `off` that is in none of `fields`, or a store into one. */
export const refuseField = (
  program: Program,
  fields: readonly ContextField[],
  off: number,
  bytes: number,
  at: number,
): never => {
  const name = fieldNameAt(program.type, off);
  const context = contextOf(program.type);
  if (name !== undefined && context !== null && unsupported[context].includes(name))
    return refuse(
      program,
      at,
      `the context field ${name} is not supported by jitstat`,
      `Supported are ${fields.map((field) => field.name).join(', ')}.`,
    );
  const field = fieldAt(fields, off, bytes);
  return refuse(
    program,
    at,
    `invalid bpf_context access off=${off} size=${bytes}`,
    field === undefined
      ? `Programs of this type have the fields ${fields.map((each) => each.name).join(', ')}.`
      : `${field.name} cannot be written.`,
  );
};
