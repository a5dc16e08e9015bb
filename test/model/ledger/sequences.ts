import { createIds } from '../../../src/engine/ids.ts'
import type { Merchant } from '../../../src/engine/keys/merchants.ts'
import { countStart } from '../../../src/engine/state/documents.ts'
import { createMerchant } from '../../../src/identity/create-merchant.ts'
import { wellKnownIdentity } from '../../../src/identity/well-known.ts'
import { createMock } from '../../helpers/engine.ts'
import { Random } from '../random.ts'
import { NOON } from '../references.ts'
import { shorten } from '../shorten.ts'
import type { OpenStore } from '../subject.ts'
import { type Door, type Failure, playSteps } from './play.ts'
import { OTHER, PARTNER, POOR, type Step, SUB, stepsOf, WORLD } from './steps.ts'

const LENGTH = 250

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

/** A mock in this process, on a store that is closed and opened again if there is one. */
export async function openDoor(merchants: readonly Merchant[], openStore?: OpenStore): Promise<Door> {
  const open = async () => {
    const store = await openStore?.()
    if (store) await countStart(store.documents)
    return createMock({
      ...{ seed: 'empty', auth: 'lenient', randomSeed: 'ledger', journalLimit: 4, diagnosis: 'off' },
      clockStart: { now: NOON, frozen: true },
      ...(store && { store }),
    })
  }
  let mock = await open()
  for (const merchant of merchants) await mock.merchants.add(merchant)
  return {
    get control() {
      return mock.control
    },
    send: (request) => mock.handle(request),
    async restart() {
      if (!openStore) return
      await mock.close()
      mock = await open()
    },
    close: () => mock.close(),
  }
}

/**
 * Plays random steps in sequences, sequence n with the seed `seed + n`.
 *
 * @param shortens whether a failing sequence is played again and again, to find a shorter one
 * @returns what differs from the ledger, with the steps that led there
 */
export async function playLedger({
  merchants,
  seed,
  steps,
  length = LENGTH,
  openDoor: open,
  shortens = true,
  played,
}: {
  readonly merchants: readonly Merchant[]
  readonly seed: number
  readonly steps: number
  readonly length?: number
  readonly openDoor: () => Promise<Door>
  readonly shortens?: boolean
  readonly played?: (steps: number) => void
}): Promise<string | undefined> {
  const play = async (some: readonly Step[]) =>
    playSteps(await open(), [wellKnownIdentity().merchant, ...merchants], some)
  for (let own = seed; own < seed + Math.ceil(steps / length); own += 1) {
    const planned = stepsOf(new Random(own), length)
    const failure = await play(planned)
    played?.((own - seed + 1) * length)
    if (!failure) continue
    const until = planned.slice(0, failure.at + 1)
    const kindOf = ({ reason }: Failure) => reason.replaceAll(/[\w:+-]*\d[\w:+-]*/g, '#')
    const fails = async (some: readonly Step[]) => {
      const other = await play(some)
      return other !== undefined && kindOf(other) === kindOf(failure)
    }
    const shortest = shortens ? await shorten(until, fails) : until.slice(-20)
    const shown = (shortens && (await play(shortest))) || failure
    const told = shortest.map((step) => JSON.stringify(step)).join('\n')
    const again = shortens ? `MODEL_SEED=${own} MODEL_STEPS=${length}` : `--seed ${own} --steps ${length}`
    return `${again}, step ${failure.at + 1}: ${failure.reason}\n${told}\n${shown.reason}`
  }
  return undefined
}
