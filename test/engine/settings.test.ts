import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { defineOperation } from '../../src/engine/operation.ts'
import { defineProduct } from '../../src/engine/product.ts'
import { defineSetting, engineSettings, joinSettings, valuesFrom } from '../../src/engine/settings.ts'
import { documentKey } from '../../src/engine/state/documents.ts'
import type { Store } from '../../src/engine/state/store.ts'
import { products, settings } from '../../src/products/index.ts'
import { platform } from '../../src/products/platform/index.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { controlApp } from '../helpers/control-app.ts'
import { createMock } from '../helpers/engine.ts'

/** The part of an OpenAPI document that this is about. */
interface Described {
  readonly schemas: Readonly<Record<'Settings' | 'SettingsPatch', { properties: object; required?: string[] }>>
}

const texts = { en: 'in English', zh: '中文' }

test('the control API writes them in this order', async () => {
  const app = await controlApp(createMock())

  expect(await (await app.request('/_mock/settings')).text()).toMatch(
    /^{"orders":"any","auth":"strict","auth_errors":"observed","key_mode":"both","rate_limit":"off","stock_ready_after":0,"coupon_sender":"change","coupon_models":"sdk","callback_public_key_share":"as_called","signature_clock":"mock"[,}]/,
  )
})

const aSetting = (name: string, standard: string, more: { readonly before?: string } = {}) =>
  defineSetting({ name, schema: z.string(), default: standard, texts, value: 'text', ...more })

test('settings that are put together stand in the order of their groups, but for those that come before another', () => {
  const [first, last] = [aSetting('first', '1'), aSetting('last', '9')]
  const second = aSetting('second', '2', { before: 'last' })
  const all = joinSettings({ first, last }, { second })

  expect(Object.keys(joinSettings({ last }, { first }))).toEqual(['last', 'first'])
  expect(Object.keys(all)).toEqual(['first', 'second', 'last'])
  expect(valuesFrom(all, { second: 'II' })).toEqual({ first: '1', second: 'II', last: '9' })
})

describe('a product that the package does not have', () => {
  const transferSettings = {
    /** Fen that a merchant may transfer in one call. */
    transferLimit: defineSetting({
      name: 'transferLimit',
      schema: z.int().min(1).max(1_000),
      default: 200,
      description: 'fen that a merchant may transfer in one call',
      texts,
      value: 'fen',
    }),
  }
  const showLimit = defineOperation({
    id: 'showLimit',
    method: 'GET',
    path: '/v3/transfer/limit',
    summary: 'Show the limit',
    title: '查询限额',
    source: 'https://example.com/',
    rules: [],
    input: {},
    output: z.object({ limit: z.int() }),
    errors: {},
    handle: async (_, { settings }) => ({ limit: transferSettings.transferLimit.of(settings) }),
  })

  const transfers = defineProduct({
    id: 'transfer',
    title: { en: 'Transfers', zh: '商家转账' },
    operations: [showLimit],
    tables: [],
    settings: transferSettings,
  })

  async function mockWith(options: { transferLimit?: number; store?: Store } = {}) {
    const mock = createMock({ products: [platform, transfers], seed: 'empty', ...options })
    onTestFinished(() => mock.close())
    return { mock, control: mock.control, app: await controlApp(mock) }
  }

  const change = (body: unknown) => ({
    method: 'PATCH',
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' },
  })

  test('brings its settings, which its handlers read and the control API shows, changes and resets', async () => {
    const { mock, control, app } = await mockWith({ transferLimit: 300 })
    const client = createMerchantClient({
      credentials: await control.credentials(),
      send: (request) => mock.handle(request),
      now: () => mock.clock.now(),
    })
    const limit = async () => (await client.request({ method: 'GET', target: showLimit.path })).body
    const shown = async () => (await app.request('/_mock/settings')).json()

    expect(await limit()).toEqual({ limit: 300 })
    expect(await shown()).toMatchObject({ auth: 'strict', transfer_limit: 300 })

    const changed = await app.request('/_mock/settings', change({ transfer_limit: 400 }))
    expect(await changed.json()).toMatchObject({ transfer_limit: 400 })
    expect(await limit()).toEqual({ limit: 400 })
    const latest = (await control.journal()).at(-1)
    expect(latest?.before.settings).toMatchObject({ auth: 'strict', transfer_limit: 400 })

    await control.reset()
    expect(await limit()).toEqual({ limit: 300 })
  })

  test('has its settings checked, and those of other products refused', async () => {
    const { app } = await mockWith()
    const refusal = async (body: unknown) => (await app.request('/_mock/settings', change(body))).json()

    expect(await refusal({ transfer_limit: 2_000 })).toMatchObject({ code: 'MOCK_INPUT', path: '/transfer_limit' })
    expect(await refusal({ orders: 'any' })).toMatchObject({ code: 'MOCK_INPUT', path: '/orders' })
  })

  test('has its settings in the OpenAPI document', async () => {
    const { app } = await mockWith()

    const document = await app.request('/_mock/openapi.json')
    const { components } = (await document.json()) as { components: Described }

    const limit = {
      type: 'integer',
      minimum: 1,
      maximum: 1_000,
      description: transferSettings.transferLimit.description,
    }
    for (const { properties } of [components.schemas.Settings, components.schemas.SettingsPatch]) {
      expect(properties).toHaveProperty('transfer_limit', limit)
      expect(properties).toHaveProperty('key_mode')
      expect(properties).not.toHaveProperty('orders')
    }
    expect(components.schemas.Settings.required).toContain('transfer_limit')
    expect(components.schemas.SettingsPatch.required).toBeUndefined()
  })

  test('leaves settings of other products in a store that it shares with them', async () => {
    const { store } = createMock()
    const changes = documentKey<object>('settings')
    await store.documents.update((draft) => draft.put(changes, { orders: 'known' }))
    const { mock, app } = await mockWith({ store })

    await app.request('/_mock/settings', change({ transfer_limit: 400 }))

    expect(mock.settings).not.toHaveProperty('orders')
    expect(store.documents.get(changes)).toEqual({ orders: 'known', transferLimit: 400 })
  })
})

test.for([
  ['auth', 'auth', 'auth of every mock and auth of own have the same name'],
  ['orders', 'orders', 'orders of merchant-coupon and orders of own have the same name'],
  ['own', 'other', 'The setting own of own is defined as other'],
  ['o-n', 'o-n', 'a name has letters and digits only'],
  ['seed', 'seed', 'A setting is called seed, which is another option'],
] as const)('a setting %s of a product that is defined as %s is refused', ([listed, name, message]) => {
  const settings = { [listed]: aSetting(name, '') }
  const own = defineProduct({ id: 'own', title: { en: 'Own', zh: '自己的' }, operations: [], tables: [], settings })

  expect(() => createMock({ products: [...products, own] })).toThrow(
    expect.objectContaining({ code: 'MOCK_PRODUCT', message: expect.stringContaining(message) }),
  )
})

test('a mock without a setting has its default', () => {
  expect(settings.orders.of(valuesFrom(engineSettings, {}))).toBe('any')
})
