import { describe, expect, test } from 'vitest'
import { filesOf } from '../../../tools/scaffold/files.ts'
import { addressOf, planFor } from '../../../tools/scaffold/plan.ts'

const inShort = (id: string, look?: string) => {
  const { one, key, state, look: looked, create, more } = planFor(id, look)
  return {
    one,
    key,
    state: state?.name,
    look: addressOf(looked),
    create: create && addressOf(create),
    more: more.map(addressOf),
  }
}

describe('the row of a product', () => {
  test('is what a call looks up, with the call that makes it and those about it', () => {
    expect(inShort('payscore')).toEqual({
      one: 'pay score order',
      key: 'out_order_no',
      state: 'state',
      look: 'GET /v3/payscore/serviceorder',
      create: 'POST /v3/payscore/serviceorder',
      more: ['cancel', 'complete', 'modify', 'sync'].map(
        (does) => `POST /v3/payscore/serviceorder/{out_order_no}/${does}`,
      ),
    })
  })

  test('need not be made by a merchant', () => {
    expect(inShort('complaints')).toMatchObject({ one: 'complaint', key: 'complaint_id', create: undefined })
  })

  test('is another one if its call is named', () => {
    const look = 'GET /v3/payscore/partner/serviceorder'
    expect(inShort('payscore', look)).toMatchObject({ look, create: 'POST /v3/payscore/partner/serviceorder' })
  })
})

test.each([
  ['no product', () => planFor('paysore'), 'The catalogue has no product paysore; did you mean payscore? It has: '],
  [
    'no row',
    () => planFor('payscore', 'GET /v3/x'),
    'GET /v3/x does not look up a single row; these calls do: GET /v3',
  ],
  [
    'rules already',
    () => planFor('payscore', undefined, new Set(['POST /v3/payscore/serviceorder'])),
    'payscore has calls with rules already: POST /v3/payscore/serviceorder.',
  ],
])('a product is refused that has %s', (_, plan, message) => {
  expect(plan).toThrow(message)
})

test('only the number that a merchant gives itself can come again', () => {
  const recipes = (id: string) => filesOf(planFor(id)).get(`test/operations/errors/${id}.ts`)
  expect(recipes('payscore')).toContain('number_used')
  expect(recipes('complaints')).not.toContain('number_used')
})
