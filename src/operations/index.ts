import type { Operation } from '../engine/operation.ts'
import { associateTradeInfo } from './busifavor/associate-trade-info.ts'
import { disassociateTradeInfo } from './busifavor/disassociate-trade-info.ts'
import { queryUserCoupon } from './busifavor/query-user-coupon.ts'
import { useCoupon } from './busifavor/use-coupon.ts'
import { downloadCertificates } from './certificates/download-certificates.ts'
import { uploadMarketingImage } from './marketing/upload-marketing-image.ts'
import { securityEcho } from './security/security-echo.ts'

/** Every operation that the mock answers. */
export const operations: readonly Operation[] = [
  associateTradeInfo,
  disassociateTradeInfo,
  useCoupon,
  queryUserCoupon,
  downloadCertificates,
  uploadMarketingImage,
  securityEcho,
]

export {
  associateTradeInfo,
  disassociateTradeInfo,
  downloadCertificates,
  queryUserCoupon,
  securityEcho,
  uploadMarketingImage,
  useCoupon,
}
