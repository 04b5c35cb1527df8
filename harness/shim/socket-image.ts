// The socket of a test run's skb as programs see it: `struct bpf_sock` of include/uapi/linux/bpf.h. Test
// runs make it anew; family and addresses are those of the packet.

const bytes = 80;
const at = {
  family: 4,
  source4: 24,
  source6: 28,
  target4: 52,
  target6: 56,
  state: 72,
  queue: 76,
} as const;
const tcpClose = 7;
const noQueue = -1;

/** By EtherType: the family, and where the packet and the socket have both addresses. */
const families: Readonly<Record<number, {family: number; header: number; moves: readonly Move[]}>> =
  {
    0x0800: {
      family: 2,
      header: 20,
      moves: [
        {from: 12, to: at.source4, bytes: 4},
        {from: 16, to: at.target4, bytes: 4},
      ],
    },
    0x86dd: {
      family: 10,
      header: 40,
      moves: [
        {from: 8, to: at.source6, bytes: 16},
        {from: 24, to: at.target6, bytes: 16},
      ],
    },
  };

interface Move {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

/** `network` is the packet from its network header on. */
export const socketImage = (etherType: number, network: Uint8Array): Uint8Array => {
  const image = new Uint8Array(bytes);
  const view = new DataView(image.buffer);
  view.setUint32(at.state, tcpClose, true);
  view.setInt32(at.queue, noQueue, true);
  const known = families[etherType];
  if (known === undefined || network.length < known.header) return image;
  view.setUint32(at.family, known.family, true);
  for (const {from, to, bytes: length} of known.moves)
    image.set(network.subarray(from, from + length), to);
  return image;
};
