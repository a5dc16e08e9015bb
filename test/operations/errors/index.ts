import * as bill from './bill.ts'
import * as callbacks from './callbacks.ts'
import * as certificates from './certificates.ts'
import * as codes from './codes.ts'
import * as combine from './combine.ts'
import * as end from './end.ts'
import * as link from './link.ts'
import * as marketing from './marketing.ts'
import * as pay from './pay.ts'
import { productCouponBatchErrors } from './product-coupon-batches.ts'
import { productCouponErrors } from './product-coupons.ts'
import type { Cookbook } from './recipe.ts'
import * as redeem from './redeem.ts'
import * as refund from './refund.ts'
import * as send from './send.ts'
import { sharingErrors } from './sharing.ts'
import * as stocks from './stocks.ts'
import * as subsidy from './subsidy.ts'
import * as transfer from './transfer.ts'
import { userProductCouponErrors } from './user-product-coupons.ts'

const chapters = {
  bill,
  callbacks,
  certificates,
  codes,
  combine,
  end,
  link,
  marketing,
  pay,
  productCouponBatches: { productCouponBatchErrors, productCouponErrors },
  redeem,
  refund,
  send,
  sharing: { sharingErrors },
  stocks,
  subsidy,
  transfer,
  userProductCoupons: { userProductCouponErrors },
}

/** How every error of every operation comes about. */
export const cookbooks: readonly Cookbook[] = Object.values(chapters).flatMap((chapter) =>
  Object.values<Cookbook | readonly Cookbook[]>(chapter).flat(),
)
