import { modelTest } from './model-test.ts'

modelTest({ part: 1, of: 2 })
