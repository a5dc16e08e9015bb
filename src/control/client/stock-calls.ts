import type { CodeJson, CompletedCode } from '../../products/merchant-coupon/codes/table.ts'
import type { CompletedCoupon } from '../../products/merchant-coupon/coupons/table.ts'
import type { HandOutJson } from '../../products/merchant-coupon/sending/hand-out-format.ts'
import type { CompletedStock, StockJson, StockPatch } from '../../products/merchant-coupon/stocks/table.ts'
import { ControlConnection } from './control-connection.ts'
import type { Owner } from './owner.ts'
import type { Page, PageRequest } from './page.ts'

/** Batches, the codes uploaded for them, and what is handed out of them by hand. */
export class StockCalls extends ControlConnection {
  /** Batches, the newest first, page by page. */
  stocks(filter: Owner & PageRequest = {}): Promise<Page<CompletedStock>> {
    return this.call('GET', '/stocks', { query: { ...filter } })
  }

  /** A batch, with what was sent of it and, where codes are uploaded, how many there are. */
  stock(stockId: string, owner: Owner = {}): Promise<CompletedStock> {
    return this.call('GET', `/stocks/${encodeURIComponent(stockId)}`, { query: { mchid: owner.mchid } })
  }

  /** Adds a batch, or replaces the one with its id. */
  addStock(stock: StockJson = {}): Promise<CompletedStock> {
    return this.call('POST', '/stocks', { body: stock })
  }

  /** Adds all of them or none; 10,000 at most. */
  addStocks(stocks: readonly StockJson[]): Promise<CompletedStock[]> {
    return this.call('POST', '/stocks', { body: stocks })
  }

  /** Does to a batch what a merchant does in the console: `{ state: 'PAUSED' }`, `RUNNING`, `STOPED` or `UNAUDIT`. */
  patchStock(stockId: string, patch: StockPatch, owner: Owner = {}): Promise<CompletedStock> {
    const query = { mchid: owner.mchid }
    return this.call('PATCH', `/stocks/${encodeURIComponent(stockId)}`, { query, body: patch })
  }

  /** Adds a code that was uploaded for a batch, or replaces it; a missing batch is made. */
  addCode(code: CodeJson): Promise<CompletedCode> {
    return this.call('POST', '/codes', { body: code })
  }

  /** Adds all of them or none; 10,000 at most. */
  addCodes(codes: readonly CodeJson[]): Promise<CompletedCode[]> {
    return this.call('POST', '/codes', { body: codes })
  }

  /**
   * Hands a coupon to a user as another channel than the API would, H5 if none is named: by the same rules, and with COUPON.SEND for the
   * creator of the batch. Throws `MOCK_NOT_HANDED_OUT` with the rule that refused it.
   */
  handOutCoupon(stockId: string, how: HandOutJson = {}, owner: Owner = {}): Promise<CompletedCoupon> {
    const query = { mchid: owner.mchid }
    return this.call('POST', `/stocks/${encodeURIComponent(stockId)}/hand-out`, { query, body: how })
  }
}
