// The standard packets are valid frames: their lengths and checksums are correct.
import {describe, expect, test} from 'vitest';
import {standardPackets} from './standard-packets.ts';

/** Sum of 16-bit words with the carries put back in: 0xffff over what holds its own checksum. */
const sumOf = (...parts: readonly Buffer[]): number => {
  let sum = 0;
  for (const part of parts)
    for (const [at, byte] of part.entries()) sum += at % 2 === 0 ? byte * 256 : byte;
  while (sum > 0xffff) sum = (sum % 65536) + Math.floor(sum / 65536);
  return sum;
};

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

/** EtherType and offset of what follows the tags. */
const contents = (frame: Buffer): {readonly type: number; readonly at: number} => {
  let at = 12;
  while ([0x8100, 0x88a8].includes(frame.readUInt16BE(at))) at += 4;
  return {type: frame.readUInt16BE(at), at: at + 2};
};

describe.each(standardPackets.filter(({name}) => name !== 'zeros'))('$name', ({hex}) => {
  const frame = Buffer.from(hex, 'hex');
  const {type, at} = contents(frame);

  test('is whole, and no shorter than Ethernet allows', () => {
    expect(hex).toMatch(/^(?:[0-9a-f]{2})+$/);
    expect(frame.length).toBeGreaterThanOrEqual(60);
    expect([0x0800, 0x86dd, 0x0806]).toContain(type);
  });

  test('lengths and checksums', () => {
    if (type === 0x0800) checkV4(frame.subarray(at));
    if (type === 0x86dd) checkV6(frame.subarray(at));
  });
});

const checkV4 = (packet: Buffer): void => {
  const total = packet.readUInt16BE(2);
  expect(total).toBeLessThanOrEqual(packet.length);
  expect(sumOf(packet.subarray(0, 20))).toBe(0xffff);
  const isFragment = (packet.readUInt16BE(6) & 0x1fff) !== 0;
  if (isFragment) return;
  const segment = packet.subarray(20, total);
  const pseudo = [packet.subarray(12, 20), u16(packet[9]), u16(segment.length)];
  expect(sumOf(segment, ...(packet[9] === 1 ? [] : pseudo))).toBe(0xffff);
};

const checkV6 = (packet: Buffer): void => {
  const segment = packet.subarray(40, 40 + packet.readUInt16BE(4));
  const pseudo = [packet.subarray(8, 40), u16(segment.length), u16(packet[6])];
  expect(sumOf(segment, ...pseudo)).toBe(0xffff);
};
