/** Between what people type into a form and what the protocol carries. The server judges the values; here they only change their unit. */

/** What a NumberInput holds: empty while nothing is typed. */
export type Typed = number | string;

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const MBIT = 125_000;
/** Larger than anything that is accepted, and still a number of the wire. */
const INT32_MAX = 2 ** 31 - 1;

function number(typed: Typed): number {
  const value = Number(typed);
  return Number.isFinite(value) ? value : 0;
}

/** A number of the wire that is no larger than its type; an empty field is 0. */
export function int32(typed: Typed): number {
  return Math.max(-INT32_MAX, Math.min(INT32_MAX, Math.round(number(typed))));
}

export function millicores(cores: Typed): number {
  return int32(number(cores) * 1000);
}

/** Whole MiB, for no field of the API is finer. */
export function bytesOfGib(gib: Typed): bigint {
  return BigInt(Math.round(number(gib) * 1024)) * BigInt(MIB);
}

export function gibOfBytes(bytes: bigint): number {
  return Math.round((Number(bytes) / GIB) * 10_000) / 10_000;
}

export function bytesOfMbit(mbit: Typed): bigint {
  return BigInt(Math.round(number(mbit) * MBIT));
}

export function mbitOfBytes(bytes: bigint): number {
  return Math.round((Number(bytes) / MBIT) * 1000) / 1000;
}

export function minorOf(price: Typed, digits: number): bigint {
  return BigInt(Math.round(number(price) * 10 ** digits));
}

export function priceOf(minor: bigint, digits: number): number {
  return Number(minor) / 10 ** digits;
}
