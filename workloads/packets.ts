// The packets of the tail-call self tests, as hex.

/** 128 zero bytes. */
export const zeros128 = '00'.repeat(128);

/**
 * 54 bytes, Ethernet + IPv4 + TCP: no addresses, EtherType 0x0800, header length 5 words, total
 * length 123, protocol TCP, data offset 5 words, urgent pointer 123 in host order.
 */
export const tcpV4 = [
  '00'.repeat(12),
  '0800',
  '0500007b',
  '0000000000060000',
  '0000000000000000',
  '00000000',
  '00000000',
  '00000000',
  '50000000',
  '00007b00',
].join('');
