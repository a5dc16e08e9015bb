import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { reviewContracts } from '../../../contracts/kit/review-contracts.ts'

test.for(['shop', 'payouts', 'marketplace', 'brand', 'help-desk'])(
  'the contract of our own %s keeps all rules',
  (name) => {
    const text = readFileSync(new URL(`../../../contracts/pacts/${name}-wechatpay.json`, import.meta.url), 'utf8')
    expect(reviewContracts([{ text }]).findings).toEqual([])
  },
)
