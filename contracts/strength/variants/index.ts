import type { Variant } from '../variant.ts'
import { brokenAnswers } from './answers.ts'
import { brokenAuthentication } from './authentication.ts'
import { brokenCallbacks } from './callbacks.ts'
import { brokenCertificates } from './certificates.ts'
import { brokenEffects } from './effects.ts'
import { brokenFields } from './fields.ts'
import { brokenHeaders } from './headers.ts'
import { brokenRefusals } from './refusals.ts'
import { brokenRepeats } from './repeats.ts'
import { brokenRules } from './rules.ts'
import { brokenSignatures } from './signatures.ts'

/** Servers that say or do something wrong. */
export const brokenConduct: readonly Variant[] = [
  ...brokenAnswers,
  ...brokenRefusals,
  ...brokenRules,
  ...brokenRepeats,
  ...brokenEffects,
  ...brokenFields,
]

/** Servers that cannot be trusted, or trust anyone. */
export const brokenTrust: readonly Variant[] = [
  ...brokenHeaders,
  ...brokenSignatures,
  ...brokenAuthentication,
  ...brokenCertificates,
  ...brokenCallbacks,
]

export { benignServers } from './benign.ts'
export { brokenBrand } from './brand.ts'
export { brokenComplaints } from './complaints.ts'
export { inexactServers } from './inexact.ts'
export { brokenMarketplace } from './marketplace.ts'
export { brokenOrders } from './orders.ts'
export { brokenTransfers } from './transfers.ts'
