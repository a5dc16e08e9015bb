import type { Rule } from '../../../engine/operation.ts'
import { transferSources } from '../sources.ts'

/** What both ways of looking a transfer up have in common. */

export const QUERY_LIMIT = { calls: 100, seconds: 1, evidence: 'documented' } as const

export const QUERY_RULES: readonly Rule[] = [
  { rule: 'A transfer is shown for 30 days from its creation.', evidence: 'documented' },
  { rule: 'An older one is answered like one that does not exist.', evidence: 'inferred' },
  { rule: 'A transfer is found by the merchant that made it only.', evidence: 'documented' },
  {
    rule: 'user_name is there where it was given, encrypted with the key of the API certificate.',
    evidence: 'documented',
  },
  { rule: 'package_info is not shown.', evidence: 'inferred' },
  {
    rule: 'fail_reason is there of FAIL; that a CANCELLED one has MCH_CANCEL is inferred.',
    evidence: 'documented',
    source: transferSources.failReasons,
  },
  { rule: 'update_time is when the state last changed.', evidence: 'documented' },
]
