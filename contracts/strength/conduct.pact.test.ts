import { expectVerdicts } from './expect-verdicts.ts'
import { kindOfBroken } from './left-to-conformance.ts'
import { brokenConduct } from './variants/index.ts'

expectVerdicts(brokenConduct, kindOfBroken)
