import { expect, test } from 'vitest'
import type { SettingValues } from '../../../src/engine/settings.ts'
import type { Transaction } from '../../../src/engine/state/store.ts'
import { bytesOf } from '../../../src/products/bill/bills.ts'
import { anOrderThatIs, inChina } from '../merchant-coupon/rules/builders.ts'

const MCHID = '1900000109'
const PAGES = 20

test('of long bills that are downloaded at once one is made after the other', async () => {
  const order = anOrderThatIs('SUCCESS', { mchid: MCHID, success_time: inChina('2026-11-24T12:00:00') })
  const page = Array.from({ length: 500 }, () => order)
  const reads: string[] = []
  const contextOf = (name: string) => {
    let left = PAGES
    const rows = {
      page: () => {
        reads.push(name)
        return Promise.resolve(left-- > 0 ? page : [])
      },
    }
    return { tx: { in: () => rows } as unknown as Transaction, settings: {} as SettingValues }
  }
  const bill = { mchid: MCHID, kind: 'SUCCESS', day: '2026-11-24', isGzip: false } as const

  const [a, b] = await Promise.all([bytesOf(contextOf('a'), bill, ''), bytesOf(contextOf('b'), bill, '')])

  expect(reads.join('')).toMatch(/^(ab){4,6}a{10,}b{10,}$/)
  expect(a).toEqual(b)
})
