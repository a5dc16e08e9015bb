/// <reference types="node" preserve="true" />
/** WeChat Pay API v3 on the wire: signatures, envelopes, errors. Pure; needs nothing but `node:crypto`. */
export * from './authorization.ts'
export * from './common-errors.ts'
export * from './envelope.ts'
export * from './errors.ts'
export * from './field-check.ts'
export * from './instant.ts'
export * from './message.ts'
export * from './response-headers.ts'
export * from './sensitive-field.ts'
export * from './signature.ts'
export * from './signed-body.ts'
