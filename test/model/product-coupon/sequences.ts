import { createMerchant } from '../../../src/control/identity/create-merchant.ts'
import { wellKnownIdentity } from '../../../src/control/identity/well-known.ts'
import { createIds } from '../../../src/engine/ids.ts'
import type { Merchant } from '../../../src/engine/keys/merchants.ts'
import { playRandomly, type RandomPlay } from '../play-randomly.ts'
import { CouponPlayer } from './play.ts'
import { RIVAL, type Step, stepsOf } from './steps.ts'

/** The partner besides the well-known one. */
export const createRival = (): Promise<Merchant> =>
  createMerchant({ mchid: RIVAL }, wellKnownIdentity().platform, createIds('product-coupons'))

/** Plays random steps with a book. @returns what differs from it, with the steps that led there */
export function playCoupons({ rival, ...play }: RandomPlay & { readonly rival: Merchant }) {
  const merchants = [wellKnownIdentity().merchant, rival]
  return playRandomly<Step>(stepsOf, (door) => new CouponPlayer(door, merchants), play)
}
