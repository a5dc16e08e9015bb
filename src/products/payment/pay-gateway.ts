import type { Gateway, GatewayAuthentication } from '../../engine/product.ts'
import { commonErrors } from '../../protocol/common-errors.ts'

/**
 * Its own texts are observed on orders; that combined orders have the same gateway is inferred. Refunds, bills and profit sharing are behind
 * the common one (observed for refunds and bills, inferred for profit sharing; corrections 5).
 */
const PAY_PATH = /^\/v3\/(?:pay|combine-transactions)\//

const unknownCallers: GatewayAuthentication = {
  // Seen of User-Agent; that Accept is not looked at either is inferred, since the check is one.
  headers: 'optional',
  // Four refusals of an unknown merchant were seen without it; the vendor shows one of a signature with it.
  requestId: 'known_callers',
  authorizationMissing: commonErrors.authorization_missing_pay,
  mchidUnknown: commonErrors.mchid_unknown_pay,
}

const onPay: Gateway = {
  authentication: {
    ...unknownCallers,
    serialUnknown: commonErrors.serial_unknown_pay,
    signatureMismatch: commonErrors.signature_mismatch_pay,
  },
  publicKeyUnknown: commonErrors.platform_public_key_unknown_pay,
  mchidDiffers: commonErrors.mchid_differs,
  errors: { rate_limited: commonErrors.rate_limited_pay, system_error: commonErrors.system_error_pay },
}

/** Closing an order words a serial and a signature as all other paths do: the test vectors show it so. */
const onClose: Gateway = { ...onPay, authentication: unknownCallers }

/** The gateway of pay endpoints, whether or not the mock has the call. */
export function payGateway(path: string): Gateway | undefined {
  if (!PAY_PATH.test(path)) return undefined
  return path.endsWith('/close') ? onClose : onPay
}
