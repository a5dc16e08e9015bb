import { createIds } from '../../../src/engine/ids.ts'
import type { Merchant } from '../../../src/engine/keys/merchants.ts'
import { createMerchant } from '../../../src/identity/create-merchant.ts'
import { wellKnownIdentity } from '../../../src/identity/well-known.ts'
import { openDoor } from '../door.ts'
import { playRandomly, type RandomPlay } from '../play-randomly.ts'
import type { OpenStore } from '../subject.ts'
import { CouponPlayer } from './play.ts'
import { RIVAL, type Step, stepsOf } from './steps.ts'

/** The partner besides the well-known one. */
export const createRival = (): Promise<Merchant> =>
  createMerchant({ mchid: RIVAL }, wellKnownIdentity().platform, createIds('product-coupons'))

/** Plays random steps with a book. @param openStore makes a store for each sequence; in memory without one */
export function playCoupons(
  rival: Merchant,
  play: Omit<RandomPlay, 'openDoor'>,
  openStore: () => Promise<OpenStore | undefined> = async () => undefined,
): Promise<string | undefined> {
  const merchants = [wellKnownIdentity().merchant, rival]
  return playRandomly<Step>(stepsOf, (door) => new CouponPlayer(door, merchants), {
    ...play,
    openDoor: async () => openDoor([rival], await openStore()),
  })
}
