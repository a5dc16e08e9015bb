import { createMerchant } from '../../../src/control/identity/create-merchant.ts'
import { wellKnownIdentity } from '../../../src/control/identity/well-known.ts'
import { createIds } from '../../../src/engine/ids.ts'
import type { Merchant } from '../../../src/engine/keys/merchants.ts'
import { playRandomly, type RandomPlay } from '../play-randomly.ts'
import { type Coverage, Player } from './play.ts'
import { OTHER, PARTNER, POOR, type Step, SUB, stepsOf, WORLD } from './steps.ts'

/** Those besides the well-known one, made once, since keys take time to make. */
export async function createMerchants(): Promise<readonly Merchant[]> {
  const { platform } = wellKnownIdentity()
  const ids = createIds('ledger')
  const wanted = [
    { mchid: OTHER },
    { mchid: PARTNER },
    { mchid: SUB, partners: [PARTNER] },
    { mchid: POOR, partners: [PARTNER] },
  ]
  return Promise.all(
    wanted.map((one) => {
      const refundableFen = WORLD.refundable[one.mchid]
      return createMerchant({ ...one, ...(refundableFen !== undefined && { refundableFen }) }, platform, ids)
    }),
  )
}

/** Plays random steps with a ledger. @returns what differs from it, with the steps that led there */
export function playLedger({
  merchants,
  coverage = { callbacks: 0, onTheWay: 0, torn: 0 },
  ...play
}: RandomPlay & { readonly merchants: readonly Merchant[]; readonly coverage?: Coverage }) {
  const all = [wellKnownIdentity().merchant, ...merchants]
  return playRandomly<Step>(stepsOf, (door) => new Player(door, all, coverage), play)
}
