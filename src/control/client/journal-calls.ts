import type { ExchangeJson } from '../../products/json.ts'
import type { CompletedCoupon } from '../../products/merchant-coupon/coupons/table.ts'
import type { ExchangeSummaryJson } from '../formats/exchange-summary.ts'
import type { PactJson } from '../formats/overview.ts'
import { ControlConnection } from './control-connection.ts'
import type { Page, PageRequest } from './page.ts'

/** Which calls of the journal are meant; what is left out does not matter. */
export interface JournalFilter {
  /** Id of an operation, e.g. `associateTradeInfo`. */
  readonly operation?: string
  /** Who the call is from, or says it is from. */
  readonly mchid?: string
  /** HTTP status of the answer. */
  readonly status?: number
  /** A batch that the call names. */
  readonly stock_id?: string
  /** A coupon that the call names. */
  readonly coupon_code?: string
  /** Only tries to deliver callbacks, or no such; both if left out. */
  readonly callbacks?: 'only' | 'no'
}

/** What was called and answered, and what can be made of it. */
export class JournalCalls extends ControlConnection {
  /** The latest simulated calls with their answers, oldest first; with `limit` only so many, the newest. */
  journal(filter: JournalFilter & { readonly limit?: number } = {}): Promise<ExchangeJson[]> {
    return this.call('GET', '/journal', { query: { ...filter } })
  }

  /** Calls and tries to deliver callbacks in short, the newest first, page by page. */
  journalPage(filter: JournalFilter & PageRequest = {}): Promise<Page<ExchangeSummaryJson>> {
    return this.call('GET', '/journal/page', { query: { ...filter } })
  }

  async journalCount(filter: JournalFilter = {}): Promise<number> {
    const { count } = await this.call<{ count: number }>('GET', '/journal/count', { query: { ...filter } })
    return count
  }

  /** One call by its Request-ID, with or without the code behind the dash. */
  exchange(id: string): Promise<ExchangeJson> {
    return this.call('GET', `/journal/${encodeURIComponent(id)}`)
  }

  /** The coupons that a call names or gives out, or a callback tells of, as they are now; 100 at most. */
  exchangeCoupons(id: string): Promise<CompletedCoupon[]> {
    return this.call('GET', `/journal/${encodeURIComponent(id)}/coupons`)
  }

  clearJournal(): Promise<void> {
    return this.call('DELETE', '/journal')
  }

  /** Sends a call once more, signed afresh for who sent it; gives the new exchange. */
  replayExchange(id: string): Promise<ExchangeJson> {
    return this.call('POST', `/journal/${encodeURIComponent(id)}/replay`)
  }

  /** A call as a curl command for bash and zsh: signed afresh, which works for five minutes, or as it was sent. */
  async exchangeCurl(id: string, signature: 'afresh' | 'as_sent' = 'afresh'): Promise<string> {
    const path = `/journal/${encodeURIComponent(id)}/curl`
    const { command } = await this.call<{ command: string }>('GET', path, { query: { signature } })
    return command
  }

  /** A call as a Pact contract of specification 4. Throws `MOCK_NO_CONTRACT` where none can be made of it. */
  exchangePact(id: string, names: { readonly consumer?: string; readonly provider?: string } = {}): Promise<PactJson> {
    return this.call('GET', `/journal/${encodeURIComponent(id)}/pact`, { query: names })
  }
}
