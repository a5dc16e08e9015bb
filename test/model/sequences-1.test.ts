import { modelTest } from './model-test.ts'

modelTest({ part: 0, of: 2 })
