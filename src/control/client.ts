import { UsageError } from '../protocol/errors.ts'
import { ClockCalls } from './client/clock-calls.ts'
import { CouponCalls } from './client/coupon-calls.ts'
import { EventCalls } from './client/event-calls.ts'
import { FaultCalls } from './client/fault-calls.ts'
import { joinCalls } from './client/join-calls.ts'
import { JournalCalls } from './client/journal-calls.ts'
import { MerchantCalls } from './client/merchant-calls.ts'
import { MockCalls } from './client/mock-calls.ts'
import { NotificationCalls } from './client/notification-calls.ts'
import { OrderCalls } from './client/order-calls.ts'
import { StockCalls } from './client/stock-calls.ts'
import { UserCalls } from './client/user-calls.ts'
import { WorldCalls } from './client/world-calls.ts'

export type { ClockTarget, ClockTime } from './client/clock-calls.ts'
export type { CouponFilter } from './client/coupon-calls.ts'
export type { JournalFilter } from './client/journal-calls.ts'
export type { SnippetFormat } from './client/merchant-calls.ts'
export type { NotificationFilter } from './client/notification-calls.ts'
export type { ConsoleRefund, OrderFilter, PaymentOfOrder, RefundOutcomeJson } from './client/order-calls.ts'
export type { Owner } from './client/owner.ts'
export type { Page, PageRequest } from './client/page.ts'

/** How a control API is reached over HTTP. */
export interface ControlOptions {
  /** What the server was given as `--control-token`. */
  readonly token?: string
}

/**
 * The control API of a mock, over whatever carries a request to it.
 *
 * Every method throws a UsageError with the `MOCK_…` code, the message and the JSON pointer that the API refused with, and an Error
 * that names the mock when the mock has a bug.
 */
export class MockControl extends joinCalls(
  MockCalls,
  MerchantCalls,
  WorldCalls,
  UserCalls,
  StockCalls,
  CouponCalls,
  OrderCalls,
  ClockCalls,
  FaultCalls,
  NotificationCalls,
  JournalCalls,
  EventCalls,
) {}

/**
 * The control API of a server.
 *
 * @param url address of the server, e.g. `http://127.0.0.1:8089`
 * @throws UsageError `MOCK_URL` for what is not an http address; its methods `MOCK_UNREACHABLE` when no one answers there
 */
export function connectControl(url: string | URL, { token }: ControlOptions = {}): MockControl {
  const address = String(url)
  if (!/^https?:$/.test(URL.parse(address)?.protocol ?? '')) {
    throw new UsageError('MOCK_URL', `${address} is not the address of a mock: give one like http://127.0.0.1:8089.`)
  }
  return new MockControl(async (request) => {
    if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`)
    try {
      return await fetch(request)
    } catch (cause) {
      throw new UsageError('MOCK_UNREACHABLE', `No mock answers at ${address}: is it started there?`, { cause })
    }
  }, address)
}
