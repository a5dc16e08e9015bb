import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { RunningServer } from '../../src/doors/transports/node-server.ts'
import { findingsInBothThemes } from './axe.ts'
import { test as base, clickToClose, describeInEachLanguage, describePage, picture } from './chromium.ts'
import { calledBack, openSite } from './shop-site.ts'

const BUILT = new URL('../../dist/pages/wallet/assets/', import.meta.url)
const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const PRODUCT = { brand_id: '40001', product_coupon_id: '1000000013' }
const BATCH = { ...PRODUCT, stock_id: '1000000013001' }
const BUNDLE = ['2000000013001', '2000000013002', '2000000013003']
const CONFIRMED = '2026-11-01T00:00:00+08:00'
const HOSTILE = '<img src=x onerror="hacked=1">'

/** A batch, and the calls that its partner makes. */
const test = base
  .extend('batch', async ({ control }) => {
    const usage_rule_display_info = {
      coupon_usage_method_list: ['MINI_PROGRAM'],
      usage_description: '到店出示券码使用',
      mini_program_appid: 'wx8888888888888888',
      mini_program_path: 'pages/menu?from=coupon',
    }
    await control.addProductCoupon({ ...PRODUCT, display_info: DISPLAY })
    return control.addProductCouponStock({ ...BATCH, usage_rule_display_info, stock_send_rule: ONE_EACH })
  })
  .extend('partner', ({ batch, send, control }) => {
    const call = async (target: string, body: object) => {
      const answer = await send({
        target: `/v3/marketing/partner/product-coupon/users/${OPENID}/${target}`,
        body: { ...BATCH, appid: 'wx8888888888888888', ...body },
      })
      expect(answer, batch.stock_id).toMatchObject({ status: 200 })
      return Object(answer.body) as Readonly<Record<string, string>>
    }
    return {
      tokenOf: async (send_request_no = 'SEND_0001') =>
        (await call('pre-send-coupon', { send_request_no })).token ?? '',
      confirm: (code: string) => call(`coupons/${code}/confirm`, { out_request_no: 'CONFIRM_1' }),
      async use(code: string) {
        const { transaction_id } = await control.addOrder({ openid: OPENID })
        await call(`coupons/${code}/use`, {
          out_request_no: 'USE_0001',
          use_time: new Date().toISOString(),
          associated_order_info: { transaction_id },
        })
      },
    }
  })

const DISPLAY = {
  name: '全场满100减20',
  image_url: 'https://wxpaylogo.qpic.cn/wxpaylogo/coupon.png',
  background_url: 'https://wxpaylogo.qpic.cn/wxpaylogo/background.png',
}
const DRINKS = [
  { name: '饮品', pick_count: 1, choice_list: [{ name: '拿铁', price: 2_900, mini_program_path: 'pages/latte' }] },
]
const ONE_EACH = { max_count: 2, max_count_per_user: 1 }

const addressOf = ({ url }: RunningServer, query: object) => `${url}/_mock/wallet?${new URLSearchParams({ ...query })}`
const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' })

/** Makes a site open the component, and returns the window that opens. */
async function openComponent(site: Page, token: string): Promise<Page> {
  const opens = site.waitForEvent('popup')
  await site.evaluate(`
    window.calledBack = []
    wx.openBusinessView({
      businessType: 'wxpayCouponUse',
      extraData: { action: 'receiveCoupon', token: ${JSON.stringify(token)} },
      ...Object.fromEntries(['success', 'fail', 'complete'].map((name) => [name, (result) => calledBack.push([name, result])])),
    })
    undefined
  `)
  return opens
}

test('what the page is made of is a fraction of the dashboard', () => {
  const bytes = readdirSync(BUILT).reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, BUILT))).length, 0)
  console.log(`${(bytes / 1_024).toFixed(1)} KiB compressed`)
  expect(bytes).toBeLessThan(28 * 1_024)
})

describePage('the wallet', 'en', () => {
  test('follows a coupon that is taken, confirmed and used', async ({ page, server, control, partner }) => {
    const [{ coupon_code = '' } = {}] = await control.takePreSentProductCoupon(await partner.tokenOf())
    await page.goto(addressOf(server, { openid: OPENID }))
    await button(page, /全场满100减20.*to be confirmed.*¥20\.00 off from ¥100\.00.*Brand 40001/).click()
    await page.getByText('the merchant has not confirmed it').waitFor()
    expect(await page.getByText(coupon_code).count()).toBe(0)
    await partner.confirm(coupon_code)
    await button(page, 'Back').click()
    await button(page, 'Refresh').click()
    await button(page, /usable/).click()
    await page.getByRole('img', { name: 'QR code of the coupon' }).waitFor()
    for (const text of [coupon_code, '到店出示券码使用', OPENID]) await page.getByText(text, { exact: true }).waitFor()
    await partner.use(coupon_code)
    await button(page, 'Back').click()
    await button(page, 'Refresh').click()
    await page.getByRole('heading', { name: 'Used, expired or void' }).waitFor()
    await button(page, /used/).click()
    await page.getByText('It has been used.').waitFor()
    expect(await button(page, 'Delete').count()).toBe(0)
    expect(page.complaints).toEqual([])
  })

  test('shows a code as its batch wants it, and a use of a bundle in its turn', async ({ page, server, control }) => {
    const shown = { openid: OPENID, confirm_time: CONFIRMED }
    for (const code_display_mode of ['BARCODE', 'INVISIBLE'] as const) {
      const product_coupon_id = code_display_mode
      const stock_id = code_display_mode
      await control.addProductCoupon({ product_coupon_id, display_info: { name: code_display_mode } })
      const coupon_display_info = { code_display_mode, background_color: 'Color100' }
      await control.addProductCouponStock({ product_coupon_id, stock_id, coupon_display_info })
      await control.addUserProductCoupon({ ...shown, stock_id, coupon_code: '1234567890123456' })
    }
    for (const [i, stock_id] of BUNDLE.entries()) {
      await control.addProductCouponStock({
        stock_id,
        stock_bundle_info: { stock_bundle_id: 'B', stock_bundle_index: i },
      })
      await control.addUserProductCoupon({
        ...shown,
        stock_id,
        receive_time: CONFIRMED,
        user_coupon_bundle_id: '1',
        user_coupon_bundle_index: i,
        ...(i === 0 && { usage: { use_request_no: 'USE_0001', use_time: CONFIRMED } }),
      })
    }
    await page.goto(addressOf(server, { openid: OPENID }))
    await button(page, /BARCODE/).click()
    const bars = page.getByRole('img', { name: 'Barcode of the coupon' })
    // Sixteen digits in pairs, with start, checksum, stop and the quiet zones: CODE-128 C, whose start has bars of 2, 1 and 3 modules.
    await expect.poll(() => bars.getAttribute('viewBox')).toBe(`0 0 ${(1 + 8 + 1) * 11 + 13 + 20} 60`)
    await expect.poll(() => bars.locator('path').getAttribute('d')).toMatch(/^M10 0h2v.*?zM13 0h1v.*?zM16 0h3v/)
    await page.getByText('1234567890123456', { exact: true }).waitFor()
    await button(page, 'Back').click()
    await button(page, /INVISIBLE/).click()
    await page.getByText('This coupon has no code to show.').waitFor()
    expect(await page.getByText('1234567890123456').count()).toBe(0)
    await button(page, 'Back').click()
    await button(page, /not its turn yet.*use 3 of 3/).click()
    await page.getByText('It cannot be used before use 2.').waitFor()
    await page.getByText('1 used, 2 left').waitFor()
    await button(page, 'Back').click()
    await button(page, /usable.*use 2 of 3/).click()
    await page.getByRole('img', { name: 'QR code of the coupon' }).waitFor()
    expect(page.complaints).toEqual([])
  })

  test('lets its user delete a coupon, with the keyboard alone, and says why it cannot', async ({
    page,
    server,
    control,
    batch,
  }) => {
    const { stock_id } = batch
    const shown = { stock_id, openid: OPENID, confirm_time: CONFIRMED }
    await control.addUserProductCoupons([{ ...shown, coupon_code: 'C1' }])
    await page.goto(addressOf(server, { openid: OPENID }))
    await page.getByRole('heading', { name: 'To use' }).waitFor()
    const focused = () => page.evaluate<string>('document.activeElement.textContent')
    await page.keyboard.press('Tab')
    await expect.poll(focused).toContain('usable')
    await page.keyboard.press('Enter')
    await expect.poll(focused).toBe('全场满100减20')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    // Back at the coupon that was left.
    await expect.poll(focused).toContain('usable')
    await page.keyboard.press('Enter')
    await button(page, 'Delete').waitFor()
    await control.addUserProductCoupon({ ...shown, coupon_code: 'C1', deactivate_time: CONFIRMED })
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.getByRole('alert').getByText('is DEACTIVATED').waitFor()
    await control.addUserProductCoupon({ ...shown, coupon_code: 'C1' })
    await page.keyboard.press('Space')
    await page.getByText('No coupons yet.').waitFor()
    await expect.poll(focused).toBe('Coupons')
    expect(await control.userProductCoupon(stock_id, 'C1')).toMatchObject({ coupon_state: 'DELETED' })
    expect(page.complaints.filter((one) => !/status of 409/.test(one))).toEqual([])
  })

  test('is that of somebody, shows what is hostile as text, and leads to the dashboard', async ({
    page,
    server,
    control,
  }) => {
    await page.goto(addressOf(server, {}))
    await page.locator('.why').getByText('neither openid nor token').waitFor()
    const stock_id = 'S'
    await control.addProductCoupon({ product_coupon_id: 'P', display_info: { name: `${HOSTILE}\u202e` } })
    await control.addProductCouponStock({
      stock_id,
      product_coupon_id: 'P',
      coupon_display_info: { code_display_mode: 'BARCODE', background_color: HOSTILE },
      usage_rule_display_info: { usage_description: 'W'.repeat(900) },
    })
    await control.addUserProductCoupon({
      stock_id,
      coupon_code: `券${HOSTILE}`,
      openid: OPENID,
      confirm_time: CONFIRMED,
    })
    await page.setViewportSize({ width: 320, height: 640 })
    await page.goto(addressOf(server, { openid: OPENID }))
    await button(page, /onerror.*u202e/).click()
    await page.locator('figcaption').getByText(`券${HOSTILE}`).waitFor()
    expect(await page.locator('img, [onerror], figure svg').count()).toBe(0)
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(320)
    const opens = page.waitForEvent('popup')
    await page.getByRole('link', { name: 'Show it in the dashboard' }).click()
    const dashboard = await opens
    await dashboard.getByRole('heading', { name: /onerror/ }).waitFor()
    await dashboard.close()
  })
})

describePage('a program that lets a user take a coupon', 'en', () => {
  test('is called back once the component is closed, with where the user goes on', async ({
    page,
    server,
    control,
    partner,
  }) => {
    const site = await openSite(page.context(), server)
    const token = await partner.tokenOf()
    const ok = { errCode: 0, errMsg: 'openBusinessView:ok' }
    const told = (result: object) => [
      ['success', result],
      ['complete', result],
    ]
    const left = await openComponent(site, token)
    await left.getByRole('heading', { name: '全场满100减20' }).waitFor()
    await clickToClose(button(left, 'Not now'))
    await expect.poll(() => calledBack(site)).toEqual(told(ok))
    expect((await control.openWallet({ openid: OPENID })).coupons).toEqual([])

    await control.addProductCoupon({ ...PRODUCT, display_info: { ...DISPLAY, combo_package_list: DRINKS } })
    const taking = await openComponent(site, token)
    await button(taking, 'Take it').click()
    await taking.getByRole('heading', { name: 'Taken', exact: true }).waitFor()
    await clickToClose(button(taking, 'Use it'))
    const extraData = {
      action: 'useCouponInReceiving',
      source: 'receiveProductCouponComponent',
      productPath: 'pages/menu?from=coupon',
    }
    await expect.poll(() => calledBack(site)).toEqual(told({ ...ok, extraData }))
    const { coupons } = await control.openWallet({ openid: OPENID })
    expect(coupons).toMatchObject([{ coupon_state: 'CONFIRMING', send_channel: 'RECEIVE_COMPONENT' }])

    const again = await openComponent(site, await partner.tokenOf())
    await again.getByRole('heading', { name: 'You have taken it before' }).waitFor()
    await clickToClose(button(again, 'Done'))
    await expect.poll(() => calledBack(site)).toEqual(told(ok))

    const choosing = await openComponent(site, token)
    await clickToClose(button(choosing, /拿铁/))
    const chosen = { ...extraData, action: 'selectProductInReceiving', productPath: 'pages/latte' }
    await expect.poll(() => calledBack(site)).toEqual(told({ ...ok, extraData: chosen }))

    const wrong = await openComponent(site, 'NONE')
    await wrong.getByText('获取数据失败', { exact: true }).waitFor()
    await wrong.locator('.why').getByText('There is no token NONE').waitFor()
    await clickToClose(button(wrong, 'Back'))
    await expect.poll(() => calledBack(site)).toEqual(told(ok))
  })

  test('is the one of the documentation', async ({ page, server, partner }) => {
    const example = readFileSync(new URL('../../examples/take-a-coupon.html', import.meta.url), 'utf8')
    const order = { token: await partner.tokenOf() }
    const site = await openSite(page.context(), server, {
      page: example.replace('http://127.0.0.1:8089', server.url),
      order,
    })
    const opens = site.waitForEvent('popup')
    await button(site, 'Get the coupon').click()
    const component = await opens
    await button(component, 'Take it').click()
    await clickToClose(button(component, 'Use it'))
    await site.getByText('useCouponInReceiving: pages/menu?from=coupon').waitFor()
  })

  test('hears of what the mock does not have, as a promise too', async ({ page, server }) => {
    const site = await openSite(page.context(), server)
    const invalid = { errCode: -4, errMsg: 'openBusinessView:fail invalid businessType' }
    for (const options of [{ businessType: 'wxpayScoreUse' }, { businessType: 'wxpayCouponUse', extraData: {} }]) {
      expect(await site.evaluate(`wx.openBusinessView(${JSON.stringify(options)}).catch((failed) => failed)`)).toEqual(
        invalid,
      )
    }
    expect(await site.evaluate("wx.canIUse('openBusinessView')")).toBe(true)
  })

  test('shows the coupon, and why it is not to be had', async ({ page, server, control, partner }) => {
    const tokens = [await partner.tokenOf(), await partner.tokenOf('SEND_0002')]
    await page.goto(addressOf(server, { token: tokens[0] }))
    await button(page, 'Take it').waitFor()
    await control.takePreSentProductCoupon(tokens[1] ?? '')
    await button(page, 'Take it').click()
    await page.getByRole('alert').getByText('1 of 1 coupons').waitFor()
    await page.getByRole('heading', { name: '全场满100减20' }).waitFor()
    await control.advance('PT5M')
    await page.reload()
    await page.getByText('获取数据失败', { exact: true }).waitFor()
    await page.locator('.why').getByText('It was good until').waitFor()
    await button(page, 'Back').click()
    await page.getByText('openBusinessView:ok').waitFor()
  })
})

describeInEachLanguage('the wallet on a phone', (_, language) => {
  test.override('isPhone', true)
  test.override('language', language)

  test('has no serious finding, nothing wider than the smallest phone, and the language of its user', {
    timeout: 120_000,
  }, async ({ page, server, control, partner, batch }) => {
    const found: string[] = []
    const look = async (what: string) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await picture(page, `wallet-${what}-${language}-${colorScheme}`)
      }
      found.push(...(await findingsInBothThemes(page)).map((one) => `${what}: ${one}`))
      for (const width of [390, 320]) {
        await page.setViewportSize({ width, height: 844 })
        await expect.poll(() => page.evaluate('document.documentElement.scrollWidth'), { message: what }).toBe(width)
      }
      await page.setViewportSize({ width: 390, height: 844 })
    }
    const { stock_id } = batch
    const shown = { openid: OPENID, stock_id, confirm_time: CONFIRMED }
    await page.goto(addressOf(server, { token: await partner.tokenOf() }))
    await page.locator('.go').waitFor()
    await look('offered')
    await control.addProductCoupon({ ...PRODUCT, display_info: { ...DISPLAY, combo_package_list: DRINKS } })
    await page.locator('.go').click()
    await page.locator('.product').waitFor()
    await look('taken')
    await control.addProductCouponStock({
      stock_id: 'BARCODE',
      coupon_display_info: { code_display_mode: 'BARCODE', background_color: 'Color100' },
      progressive_bundle_usage_rule: PERCENT,
      stock_bundle_info: { stock_bundle_id: 'B', stock_bundle_index: 0 },
    })
    const bundle = { openid: OPENID, user_coupon_bundle_id: '1', brand_id: '40002', confirm_time: CONFIRMED }
    await control.addUserProductCoupons([
      {
        ...shown,
        coupon_code: 'PENDING',
        valid_begin_time: '2999-01-01T00:00:00+08:00',
        valid_end_time: '2999-02-01T00:00:00+08:00',
      },
      { ...shown, coupon_code: '1234567890123456' },
      { ...shown, coupon_code: 'USED', usage: { use_request_no: 'USE_0001', use_time: CONFIRMED } },
      { ...shown, coupon_code: 'OVER', valid_begin_time: CONFIRMED, valid_end_time: '2026-11-02T00:00:00+08:00' },
      { ...shown, coupon_code: 'VOID', deactivate_time: CONFIRMED },
      { ...bundle, stock_id: 'BARCODE', coupon_code: '9876543210', user_coupon_bundle_index: 0 },
      { ...bundle, stock_id: BUNDLE[1], coupon_code: 'LATER', user_coupon_bundle_index: 1 },
    ])
    await page.goto(addressOf(server, { openid: OPENID }))
    await page.locator('.coupons').first().waitFor()
    await look('list')
    for (const [what, has] of [
      ['qr', page.getByText(/全场满100减20(usable|可使用)/)],
      ['barcode', page.locator('.Color100')],
      ['confirming', page.locator('.CONFIRMING')],
    ] as const) {
      await page.locator('.coupons button').filter({ has }).first().click()
      await page.locator('.head').waitFor()
      await look(what)
      await page.locator('.go').click()
    }
    await page.goto(addressOf(server, { token: 'NONE' }))
    await page.locator('.why').waitFor()
    await look('refused')
    expect(found).toEqual([])
    await expect.poll(() => page.evaluate('document.documentElement.lang')).toBe(language)
  })
})

const PERCENT = {
  coupon_available_period: {
    available_begin_time: '2026-11-01T00:00:00+08:00',
    available_end_time: '2999-12-31T23:59:59+08:00',
  },
  discount_coupon: { threshold: 0, percent_off: 12 },
}
