import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { reviewContracts } from '../../src/review/contract.ts'

test.for(['shop', 'payouts', 'marketplace', 'brand'])('the contract of our own %s keeps all rules', (name) => {
  const file = new URL(`../../contracts/pacts/${name}-wechatpay.json`, import.meta.url)
  expect(reviewContracts([JSON.parse(readFileSync(file, 'utf8'))]).findings).toEqual([])
})
