import type { Operation } from '../engine/operation.ts'
import { associateTradeInfo } from './busifavor/associate-trade-info.ts'
import { disassociateTradeInfo } from './busifavor/disassociate-trade-info.ts'
import { getCallback } from './busifavor/get-callback.ts'
import { queryUserCoupon } from './busifavor/query-user-coupon.ts'
import { setCallback } from './busifavor/set-callback.ts'
import { useCoupon } from './busifavor/use-coupon.ts'
import { downloadCertificates } from './certificates/download-certificates.ts'

/** Every operation that the mock answers. */
export const operations: readonly Operation[] = [
  associateTradeInfo,
  disassociateTradeInfo,
  useCoupon,
  queryUserCoupon,
  setCallback,
  getCallback,
  downloadCertificates,
]

export {
  associateTradeInfo,
  disassociateTradeInfo,
  downloadCertificates,
  getCallback,
  queryUserCoupon,
  setCallback,
  useCoupon,
}
