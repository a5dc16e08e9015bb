import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { reviewContracts } from '../../contracts/kit/review-contracts.ts'

test.for(['shop', 'payouts', 'marketplace', 'brand'])('the contract of our own %s keeps all rules', (name) => {
  const source = `contracts/pacts/${name}-wechatpay.json`
  const text = readFileSync(new URL(`../../${source}`, import.meta.url), 'utf8')
  expect(reviewContracts([{ source, text }]).findings).toEqual([])
})
