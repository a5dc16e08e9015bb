import { createHash } from 'node:crypto'

/** A number from 0 up to 1 that depends only on the seed, the purpose and the position of the call. */
export function share(seed = 'fault', about: string, calls: number): number {
  return createHash('sha256').update(`${seed}:${about}:${calls}`).digest().readUInt32BE() / 2 ** 32
}
