import { expectVerdicts } from './expect-verdicts.ts'
import { brokenConduct } from './variants/index.ts'

expectVerdicts(brokenConduct, () => 'broken')
