/// <reference types="node" preserve="true" />
/** WeChat Pay API v3 on the wire: signatures, envelopes, errors. Pure; needs nothing but `node:crypto`. */

export {
  type Authorization,
  type AuthorizationFault,
  BRAND_SIGNATURE_TYPE,
  formatAuthorization,
  isTimely,
  parseAuthorization,
  type Scheme,
  SIGNATURE_TYPE,
  type SigningScheme,
  schemeFits,
  schemeFor,
  TIMESTAMP_WINDOW_SECONDS,
  timestampOf,
} from './authorization.ts'
export * from './check-answer.ts'
export { commonErrors } from './common-errors.ts'
export * from './envelope.ts'
export { type ErrorDefinition, type Evidence, UsageError, type UsageErrorCode } from './errors.ts'
export { formatInstant, parseInstant } from './instant.ts'
export { requestMessage, responseMessage, type SignedRequest, signedBody } from './message.ts'
export { DIAGNOSIS_HEADER } from './response-headers.ts'
export { type DecryptRefusal, decryptField, encryptField, MAX_SENSITIVE_BYTES } from './sensitive-field.ts'
export { type SignatureFault, type Signer, sign, signRequest, verify } from './signature.ts'
