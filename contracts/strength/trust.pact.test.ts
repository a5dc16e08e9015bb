import { expectVerdicts } from './expect-verdicts.ts'
import { kindOfBroken } from './left-to-conformance.ts'
import { brokenTrust } from './variants/index.ts'

expectVerdicts(brokenTrust, kindOfBroken)
