import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const pool = new Uint8Array(4096);
let used = pool.length;

/** Sixteen random bytes out of a pool: to ask the system for each sixteen takes longer than all the rest of an id. */
function random(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 16;
  return pool.subarray(used - 16, used);
}

let lastMs = 0;
let sequence = 0;

/** A new id: a UUID of version 7 (RFC 9562), later ones of this process sorting behind earlier ones. */
export function newId(): string {
  const now = Date.now();
  const bytes = random();
  if (now > lastMs) {
    lastMs = now;
    // It begins anywhere in the lower half: there is room to count on.
    sequence = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) >>> 1;
  } else {
    // Within a millisecond, or when the clock was put back.
    sequence = (sequence + 1) >>> 0;
    if (sequence === 0) lastMs += 1;
  }
  return v7({ random: bytes, msecs: lastMs, seq: sequence });
}
