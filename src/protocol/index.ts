/// <reference types="node" preserve="true" />
/** WeChat Pay API v3 on the wire: signatures, envelopes, errors. Pure; needs nothing but `node:crypto`. */
export * from './authorization.ts'
export * from './check-answer.ts'
export * from './common-errors.ts'
export * from './envelope.ts'
export * from './errors.ts'
export * from './field-check.ts'
export * from './instant.ts'
export * from './message.ts'
export * from './response-headers.ts'
export {
  BRAND_SIGNATURE_TYPE,
  type Scheme,
  SIGNATURE_TYPE,
  type SigningScheme,
  schemeFits,
  schemeFor,
} from './scheme.ts'
export * from './sensitive-field.ts'
export * from './sign-request.ts'
export * from './signature.ts'
export * from './signed-body.ts'
