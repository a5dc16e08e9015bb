import { expectVerdicts } from './expect-verdicts.ts'
import { brokenTrust } from './variants/index.ts'

expectVerdicts(brokenTrust, () => 'broken')
