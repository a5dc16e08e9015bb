import { globSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { defineProduct, type Product, type ProductPage } from '../../src/engine/product.ts'
import { products } from '../../src/products/index.ts'
import { controlApp } from '../helpers/control-app.ts'
import { createMock } from '../helpers/engine.ts'

const FILES: Readonly<Record<string, string>> = {
  'index.html': '<!doctype html><html lang="en"><title>card</title>',
  'assets/card-1.js': 'start()',
}

/** A page of a product, with changes. */
const cardPage = (changes: Partial<ProductPage> = {}): ProductPage => ({
  path: '/card-page',
  title: { en: 'The card', zh: '会员卡' },
  read: (name) => (Object.hasOwn(FILES, name) ? new TextEncoder().encode(FILES[name]) : undefined),
  ...changes,
})

/** The control API of a mock whose product has pages. */
function appWith(pages: readonly ProductPage[], options: Parameters<typeof controlApp>[1] = {}) {
  const loyalty = defineProduct({
    id: 'loyalty',
    title: { en: 'Loyalty', zh: '会员' },
    operations: [],
    tables: [],
    pages,
  })
  return controlApp(createMock({ products: [...products, loyalty], language: 'zh' }), options)
}

describe('a page of a product', () => {
  test.for(['/_mock/card-page', '/_mock/card-page/', '/_mock/card-page?mchId=1&lang=en'])(
    'is served at %s',
    async (path) => {
      const response = await (await appWith([cardPage()])).request(path)
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      expect(await response.text()).toContain('<title>card</title>')
    },
  )

  test('is served with its parts, which are kept', async () => {
    const app = await appWith([cardPage()])
    const part = await app.request('/_mock/card-page/assets/card-1.js')
    expect(await part.text()).toBe('start()')
    expect(part.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(part.headers.get('cache-control')).toContain('immutable')
    expect((await app.request('/_mock/card-page/assets/card-2.js')).status).toBe(404)
    expect((await app.request('/_mock/card-page/assets/..%2findex.html')).status).toBe(404)
    expect((await app.request('/_mock/assets/card-1.js')).status).toBe(404)
  })

  test.for([
    ['en', 'en'],
    ['fr', 'zh-CN'],
    ['zh-TW', 'zh-CN'],
  ])('is in the language of who asks, or else that of the mock: %s', async ([accepted = '', lang]) => {
    const app = await appWith([cardPage()])
    const response = await app.request('/_mock/card-page', { headers: { 'Accept-Language': accepted } })
    expect(await response.text()).toContain(`<html lang="${lang}">`)
    expect(response.headers.get('vary')).toBe('Accept-Language, Accept-Encoding')
    const etag = response.headers.get('etag') ?? ''
    const again = { 'Accept-Language': accepted, 'If-None-Match': etag }
    expect((await app.request('/_mock/card-page', { headers: again })).status).toBe(304)
    const other = { 'Accept-Language': lang === 'en' ? 'zh' : 'en', 'If-None-Match': etag }
    expect((await app.request('/_mock/card-page', { headers: other })).status).toBe(200)
  })

  test('is compressed for those who take it, under a tag of its own', async () => {
    const app = await appWith([cardPage()])
    const path = '/_mock/card-page/assets/card-1.js'
    const plain = await app.request(path)
    const text = await plain.text()
    for (const [accepted, encoding] of [
      ['gzip, deflate, br', 'gzip'],
      ['br;q=1.0, GZIP;q=0.5', 'gzip'],
      ['gzip;q=0, identity', null],
      ['br', null],
    ] as const) {
      const headers = { 'Accept-Encoding': accepted }
      const response = await app.request(path, { headers })
      expect([accepted, response.headers.get('content-encoding')]).toEqual([accepted, encoding])
      expect(response.headers.get('vary')).toBe('Accept-Encoding')
      const bytes = Buffer.from(await response.arrayBuffer())
      expect((encoding === null ? bytes : gunzipSync(bytes)).toString()).toBe(text)
      const etag = response.headers.get('etag') ?? ''
      expect(etag === plain.headers.get('etag')).toBe(encoding === null)
      const again = await app.request(path, { headers: { ...headers, 'If-None-Match': etag } })
      expect([again.status, again.headers.get('content-encoding')]).toEqual([304, encoding])
    }
    const document = await app.request('/_mock/card-page', { headers: { 'Accept-Encoding': 'gzip' } })
    expect(document.headers.get('content-encoding')).toBe('gzip')
    expect(document.headers.get('vary')).toBe('Accept-Language, Accept-Encoding')
  })

  test('has the policies of the dashboard, which alone may frame it, and may know who opened it if it says so', async () => {
    const app = await appWith([cardPage(), cardPage({ path: '/told-page', tellsOpener: true })])
    const [dashboard, card, told] = await Promise.all(
      ['/_mock', '/_mock/card-page', '/_mock/told-page'].map((path) => app.request(path)),
    )
    const policyOf = (one: Response | undefined) => one?.headers.get('content-security-policy') ?? ''
    const common = policyOf(dashboard).replace("frame-src 'self'; frame-ancestors 'none'", '')
    expect(common).toContain("default-src 'none'; script-src 'self'")
    expect([card, told].map(policyOf)).toEqual(Array(2).fill(`${common}frame-ancestors 'self'`))
    const framing = [dashboard, card, told].map((one) => one?.headers.get('x-frame-options'))
    expect(framing).toEqual(['DENY', 'SAMEORIGIN', 'SAMEORIGIN'])
    for (const name of ['referrer-policy', 'cross-origin-resource-policy']) {
      const policy = dashboard?.headers.get(name)
      expect(policy).toBeTruthy()
      expect([card, told].map((one) => one?.headers.get(name))).toEqual([policy, policy])
    }
    const opener = 'cross-origin-opener-policy'
    expect([dashboard, card, told].map((one) => one?.headers.get(opener))).toEqual([
      'same-origin',
      'same-origin',
      'unsafe-none',
    ])
  })

  test('is guarded as the dashboard is: any site may link to it, and none may load it', async () => {
    const app = await appWith([cardPage()], { token: 'secret' })
    const from = (headers: Record<string, string>, path = '/_mock/card-page') => app.request(path, { headers })
    const linked = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate' }

    expect((await from(linked)).status).toBe(200)
    expect((await from({ ...linked, 'Sec-Fetch-Dest': 'iframe' })).status).toBe(403)
    expect((await from({ Host: 'evil.test' })).status).toBe(403)
    const script = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'script' }
    expect((await from(script, '/_mock/card-page/assets/card-1.js')).status).toBe(403)
    // Another method at the same address is a call, which needs the token.
    expect((await app.request('/_mock/card-page', { method: 'POST' })).status).toBe(401)
  })

  test('says so where it was not built', async () => {
    const response = await (await appWith([cardPage({ read: () => undefined })])).request('/_mock/card-page')
    expect([response.status, await response.text()]).toEqual([
      503,
      expect.stringMatching(/没有构建 wechatpay-mock 的 \/_mock\/card-page（会员卡）[\s\S]*npm run build:dashboard/),
    ])
  })

  test.for<[what: string, pages: readonly Partial<ProductPage>[]]>([
    ['that of a call', [{ path: '/merchants' }]],
    ['that of another page', [{}, {}]],
    ['that of a page of the mock’s own products', [{ path: '/transfer-page' }]],
    ['that of the dashboard’s parts', [{ path: '/assets' }]],
    ['no segment', [{ path: '/cards/page' }]],
    ['nothing', [{ path: '' }]],
    ['in capitals', [{ path: '/Card' }]],
  ])('cannot have a path that is %s', async ([, pages]) => {
    await expect(appWith(pages.map(cardPage))).rejects.toMatchObject({ code: 'MOCK_PRODUCT' })
  })
})

test('each page of the mock’s own products has its folder, and each folder its page', () => {
  const own: readonly Product[] = products
  const paths = own.flatMap(({ id, pages = [] }) => pages.map(({ path }) => `${id}${path}`))
  const folders = globSync('*/pages/*/index.html', { cwd: new URL('../../src/products/', import.meta.url) })

  expect(paths.length).toBeGreaterThan(0)
  expect(folders.map((file) => file.replace('/pages/', '/').replace('/index.html', '')).toSorted()).toEqual(
    paths.toSorted(),
  )
})

describe('the script for front ends', () => {
  test('is for pages of any origin, which must call the mock by a name of its own', async () => {
    const app = await appWith([], { token: 'secret' })
    const script = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'script', 'Sec-Fetch-Mode': 'no-cors' }
    const response = await app.request('/_mock/wx.js', { headers: script })
    // The tests run with and without a build.
    expect([200, 503]).toContain(response.status)
    expect((await app.request('/_mock/wx.js', { headers: { ...script, Host: 'evil.test' } })).status).toBe(403)
    expect((await app.request('/_mock/wx.js', { method: 'POST', headers: script })).status).toBe(405)
    expect((await app.request('/_mock/cashier', { headers: script })).status).toBe(403)
  })
})
