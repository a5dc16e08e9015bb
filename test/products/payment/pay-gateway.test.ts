import { expect, test } from 'vitest'
import { payGateway } from '../../../src/products/payment/index.ts'
import { commonErrors } from '../../../src/wire/protocol/common-errors.ts'

test.for([
  ['/v3/pay/transactions/jsapi', true, true],
  ['/v3/pay/partner/transactions/native', true, true],
  ['/v3/combine-transactions/app', true, true],
  ['/v3/combine-transactions/jsapi', true, true],
  // The vector empty-body-line-missing has the common wording here.
  ['/v3/pay/transactions/out-trade-no/T1/close', true, false],
  ['/v3/refund/domestic/refunds', false, false],
  ['/v3/bill/tradebill', false, false],
  ['/v3/profitsharing/orders', false, false],
  ['/v3/certificates', false, false],
  ['/v3/marketing/busifavor/coupons/use', false, false],
  ['/v3/marketing/busifavor/coupons/associate', false, false],
  ['/v3/payscore/serviceorder', false, false],
  ['/brand/v3/pay/x', false, false],
  ['/x/v3/pay/transactions', false, false],
] as const)(
  'whether %s is a pay endpoint: %s, and words its serials and signatures as one: %s',
  ([path, pay, wording]) => {
    const { mchidDiffers, publicKeyUnknown, errors, authentication = {} } = payGateway(path) ?? {}
    const { serialUnknown, signatureMismatch, ...ofUnknownCallers } = authentication
    expect({ mchidDiffers, publicKeyUnknown }).toEqual({
      mchidDiffers: pay ? commonErrors.mchid_differs : undefined,
      publicKeyUnknown: pay ? commonErrors.platform_public_key_unknown_pay : undefined,
    })
    expect(errors).toEqual(
      pay ? { rate_limited: commonErrors.rate_limited_pay, system_error: commonErrors.system_error_pay } : undefined,
    )
    expect(ofUnknownCallers).toEqual(
      pay
        ? {
            headers: 'optional',
            requestId: 'known_callers',
            authorizationMissing: commonErrors.authorization_missing_pay,
            mchidUnknown: commonErrors.mchid_unknown_pay,
          }
        : {},
    )
    expect({ serialUnknown, signatureMismatch }).toEqual({
      serialUnknown: wording ? commonErrors.serial_unknown_pay : undefined,
      signatureMismatch: wording ? commonErrors.signature_mismatch_pay : undefined,
    })
  },
)
