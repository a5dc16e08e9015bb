import type { ErrorDefinition } from '../protocol/errors.ts'

/** What the paths of a product answer in place of errors that any call can be answered with. */
export interface PathErrors {
  /** For an unknown `serial_no`; carries the same detail as a signature that does not fit. */
  readonly serialUnknown?: ErrorDefinition
  readonly signatureMismatch?: ErrorDefinition
  /** For a `Wechatpay-Serial` that names an unknown public key. */
  readonly publicKeyUnknown?: ErrorDefinition
  /** For a `mchid` in the body that is not the caller's: checked only where this is given, and then before the path is looked up. */
  readonly mchidDiffers?: ErrorDefinition
}
