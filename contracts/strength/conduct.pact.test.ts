import { expectNoticed } from './expect-noticed.ts'
import { brokenConduct } from './variants/index.ts'

expectNoticed(brokenConduct)
