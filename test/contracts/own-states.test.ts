import { describe, expect, expectTypeOf } from 'vitest'
import { z } from 'zod'
import { providerStates, verifyPacts } from '../../contracts/kit/index.ts'
import { type CallsFor, defineCall } from '../../src/control/call.ts'
import type { ControlOf } from '../../src/control/client/client.ts'
import { defineState, type Scene } from '../../src/control/provider-states/state.ts'
import { statesOf } from '../../src/control/provider-states/states-of.ts'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { defineProduct } from '../../src/engine/product.ts'
import { createMock } from '../../src/mock.ts'
import { products } from '../../src/products/index.ts'
import { states } from '../../src/products/states.ts'
import { ASSOCIATE, LINK, test } from './pacts.ts'

const routes = { promiseCoupon: 'POST /promises' } as const

const calls = {
  promiseCoupon: defineCall({
    summary: 'Promise that a user gets a coupon',
    body: z.strictObject({ stock_id: z.string() }),
    answer: z.strictObject({ promised: z.string() }),
    handle: ({ body }) => ({ promised: body.stock_id }),
  }),
} satisfies CallsFor<typeof routes>

const parts = { tables: [], routes, calls: async () => calls } as const

const promised: string[] = []

const loyalty = defineProduct({
  id: 'loyalty',
  title: { en: 'Loyalty', zh: '会员' },
  operations: [],
  ...parts,
  states: async () => ({
    'a coupon is promised': defineState(
      { stock_id: '100088' },
      async ({ stock_id }, { control }: Scene<ControlOf<readonly [typeof parts]>>) => {
        promised.push((await control.promiseCoupon({ stock_id })).promised)
      },
    ),
    'a link was tried': defineState({}, async (_, { request }) => {
      const { status } = await request(ASSOCIATE, LINK)
      promised.push(String(status))
    }),
  }),
})

const PACT = {
  version: '3.0.0',
  interactions: [
    {
      description: 'links no coupon that is promised only',
      providerStates: [{ name: 'a coupon is promised', params: { stock_id: '7' } }, { name: 'a link was tried' }],
      request: { method: 'POST', path: ASSOCIATE, headers: { 'Content-Type': 'application/json' }, body: LINK },
      response: { status: 400, body: { code: 'INVALID_REQUEST' } },
    },
  ],
} as const

describe('the states of a product of one’s own', () => {
  test('are set up where a pact names them, beside those of every mock', async ({ write }) => {
    promised.length = 0
    const file = await write(PACT)

    const { ok, interactions } = await verifyPacts({ pactFiles: [file], products: [...products, loyalty] })

    expect(interactions).toEqual([expect.objectContaining({ ok: true, reasons: [], mismatches: [] })])
    expect(ok).toBe(true)
    expect(promised).toEqual(['7', '400'])
  })

  test('are set up on a running mock that has the product', async ({ write, onTestFinished }) => {
    promised.length = 0
    const served = [...products, loyalty] as const
    const server = await startServer({ mock: createMock({ products: served }), port: 0 })
    onTestFinished(() => server.close(0))

    const { ok } = await verifyPacts({ pactFiles: [await write(PACT)], url: server.url, products: served })

    expect(ok).toBe(true)
    expect(promised).toEqual(['7', '400'])
  })

  test('are unknown where the product is not named', async ({ write }) => {
    const { ok, interactions } = await verifyPacts({ pactFiles: [await write(PACT)] })

    expect(ok).toBe(false)
    expect(interactions[0]?.reasons).toContainEqual(expect.stringContaining('no provider state "a coupon is promised"'))
  })

  test('are handlers for pact’s own verifier, by their names', async () => {
    promised.length = 0
    const mock = createMock({ products: [loyalty], seed: 'empty' })
    const handlers = await providerStates(mock.control, {}, undefined, { products: [loyalty] })

    await handlers['a coupon is promised'].setup()
    await handlers['the time is'].setup()
    await handlers['a coupon is promised'].teardown()

    expectTypeOf(handlers).not.toHaveProperty('an order exists')
    expect(Object.keys(handlers)).not.toContain('an order exists')
    expect(promised).toEqual(['100088'])
    expect((await mock.control.clock()).frozen).toBe(false)
  })
})

test.for([
  ['payment', 'an order exists', /^payment and loyalty each have a provider state "an order exists"/],
  ['every mock', 'the time is', /^loyalty and every mock each have a provider state "the time is"/],
] as const)('a state with the name of one of %s is refused, naming both', async ([, name, message], { write }) => {
  const rival = defineProduct({ ...loyalty, states: async () => ({ [name]: defineState({}, async () => {}) }) })
  const refusal = { code: 'MOCK_PRODUCT', message: expect.stringMatching(message) }
  const served = [...products, rival] as const

  await expect(verifyPacts({ pactFiles: [await write(PACT)], products: served })).rejects.toMatchObject(refusal)
  await expect(
    providerStates(createMock({ products: served }).control, {}, undefined, { products: served }),
  ).rejects.toMatchObject(refusal)
})

test('what was not made with defineState is refused', async () => {
  const careless = defineProduct({ ...loyalty, states: async () => ({ 'a coupon is promised': { parameters: {} } }) })

  await expect(statesOf([careless])).rejects.toMatchObject({
    code: 'MOCK_PRODUCT',
    message: expect.stringContaining('"a coupon is promised" of loyalty is none'),
  })
})

test('the list of the kit is made of what the mock’s own products bring, in their order', async () => {
  expect(Object.entries(await statesOf(products))).toEqual(Object.entries(states))
})
