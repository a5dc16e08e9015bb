import type { PathErrors } from '../../engine/path-errors.ts'
import { commonErrors } from '../../protocol/common-errors.ts'

const PAY_PATH = /^\/v3\/(?:pay|combine-transactions|refund)\//

const onClose: PathErrors = {
  publicKeyUnknown: commonErrors.platform_public_key_unknown_pay,
  mchidDiffers: commonErrors.mchid_differs,
}

const onPay: PathErrors = {
  ...onClose,
  serialUnknown: commonErrors.serial_unknown_pay,
  signatureMismatch: commonErrors.signature_mismatch_pay,
}

/**
 * What the pay endpoints answer in place of common errors (protocol.md 3), whether or not the mock has the call.
 *
 * Closing an order has the common 401: the test vectors show it so.
 */
export function payErrors(path: string): PathErrors | undefined {
  if (!PAY_PATH.test(path)) return undefined
  return path.endsWith('/close') ? onClose : onPay
}
