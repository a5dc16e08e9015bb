import type { Merchant } from '../../../src/engine/keys/merchants.ts'
import { open } from '../../../src/wire/protocol/envelope.ts'
import type { Door } from '../door.ts'
import { keyOf, type Told } from './ledger.ts'

/** The shops of merchants: they take every callback about a refund, a share, a return or a coupon. */
export class Shops {
  readonly told: Told[] = []
  /** Called with each callback, and waited for before the shop replies. */
  beforeReply: () => Promise<void> = async () => {}
  readonly #keys: ReadonlyMap<string, string>

  constructor(door: Door, merchants: readonly Merchant[]) {
    this.#keys = new Map(merchants.map(({ mchid, apiV3Key }) => [mchid, apiV3Key]))
    door.onCallback((to, body) => this.#take(to, body))
  }

  async #take(to: string, body: string): Promise<void> {
    const { event_type, create_time, resource } = JSON.parse(body)
    const opened = open(resource, this.#keys.get(to) ?? '')
    if (!opened.ok) throw new Error(`A callback to ${to} is not sealed with its key.`)
    const { mchid, sp_mchid = mchid, out_refund_no, out_order_no, coupon_code } = JSON.parse(opened.plaintext)
    const of = coupon_code ?? keyOf(sp_mchid, out_refund_no ?? out_order_no)
    this.told.push({ to, event: event_type, of, at: Date.parse(create_time) })
    await this.beforeReply()
  }
}
