/** Diagnosis of rejected requests, proved where possible. Pure: no clock, no input or output. */
export {
  diagnoseAuthorization,
  diagnoseSerial,
  diagnoseTimestamp,
  objectionCause,
} from './authorization-header.ts'
export {
  type DescribedDiagnosis,
  type DiagnosisTexts,
  describeCause,
  describeDiagnosis,
  diagnosisHeader,
} from './describe.ts'
export { type Diagnosis, diagnoseSignature, isFinal, type SignatureFailure } from './diagnose.ts'
export type { Difference } from './difference.ts'
export { describePayCause, diagnosePaySign, type PaySign } from './pay-sign.ts'
export type { KnownKey } from './signer.ts'
export { en } from './texts/en.ts'
export { zh } from './texts/zh.ts'
export { CAUSE_NAMES, type Cause, type CauseName } from './variant.ts'
export type { Effort } from './work.ts'
