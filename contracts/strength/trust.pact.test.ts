import { expectNoticed } from './expect-noticed.ts'
import { brokenTrust } from './variants/index.ts'

expectNoticed(brokenTrust)
