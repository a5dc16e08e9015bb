import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import type { RunningServer } from '../../src/doors/transports/node-server.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { appParameters, payParameters } from '../helpers/pay-parameters.ts'
import { findingsInBothThemes } from './axe.ts'
import { test as base, clickToClose, describeInEachLanguage, describePage, picture } from './chromium.ts'
import { calledBack, openSite } from './shop-site.ts'

const MCHID = '1900000001'
const NUMBER = 'ORDER_0001'
const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const ORDER = {
  appid: 'wx0000000000000001',
  mchid: MCHID,
  description: '拿铁咖啡',
  out_trade_no: NUMBER,
  notify_url: 'https://shop.example.com/paid',
  amount: { total: 2_900 },
}
const scene_info = { payer_client_ip: '14.23.150.211', h5_info: { type: 'Wap' } }
const SIGNATURE_WRONG = '支付验证签名失败'

/** Places orders as the shop's server does, and signs for its front end. */
const test = base
  .extend('place', ({ send }) => async (way: 'jsapi' | 'app' | 'native' | 'h5', changes: object = {}) => {
    const body = { ...ORDER, ...changes, ...(way === 'jsapi' && { payer: { openid: OPENID } }) }
    const { body: answer } = await send({
      target: `/v3/pay/transactions/${way}`,
      body: { ...body, ...(way === 'h5' && { scene_info }) },
    })
    return Object(answer) as { prepay_id: string; code_url: string; h5_url: string }
  })
  .extend('privateKey', async ({ control }) => (await control.credentials()).merchant_private_key)
  /** The parameters of `wx.requestPayment` for a new order. */
  .extend('parameters', async ({ place, privateKey }) => payParameters((await place('jsapi')).prepay_id, privateKey))

const addressOf = ({ url }: RunningServer, query: object) => `${url}/_mock/cashier?${new URLSearchParams({ ...query })}`

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const stateOf = async (control: MockControl) => (await control.order(NUMBER)).state

/** Makes a site call something, and returns the window that opens. What it is called back with is put aside. */
async function callOf(site: Page, call: string): Promise<Page> {
  const opens = site.waitForEvent('popup')
  await site.evaluate(`
    window.calledBack = []
    window.callbacks = Object.fromEntries(['success', 'fail', 'cancel', 'complete'].map(
      (name) => [name, (result) => calledBack.push([name, result])],
    ))
    ${call}
    undefined
  `)
  return opens
}

describePage('the cashier', 'en', () => {
  test('shows an order, and pays it', async ({ page, server, control, parameters }) => {
    await page.goto(addressOf(server, parameters))
    await page.getByRole('heading', { name: '¥29.00' }).waitFor()
    for (const text of ['拿铁咖啡', NUMBER, OPENID, 'The paySign is right.']) await page.getByText(text).waitFor()
    await button(page, 'Pay').click()
    await page.getByRole('heading', { name: 'Paid' }).waitFor()
    expect(await control.order(NUMBER)).toMatchObject({ state: 'SUCCESS', openid: OPENID })
    expect(page.complaints).toEqual([])
    await page.reload()
    await page.getByText('该订单已支付').waitFor()
  })

  test('is left without a change', async ({ page, server, control, parameters }) => {
    await page.goto(addressOf(server, parameters))
    await button(page, 'Cancel').click()
    await page.getByText('get_brand_wcpay_request:cancel').waitFor()
    expect(await stateOf(control)).toBe('NOTPAY')
  })

  test('lets a wrong password and a lack of money be followed by another try', async ({
    page,
    server,
    control,
    parameters,
  }) => {
    await page.goto(addressOf(server, parameters))
    for (const [outcome, text] of [
      ['wrong_password', 'The payment password is wrong'],
      ['not_enough', 'There is not enough money'],
    ] as const) {
      await page.getByRole('combobox', { name: 'Outcome' }).selectOption(outcome)
      await button(page, 'Pay').click()
      await page.getByRole('alert').getByText(text).waitFor()
      expect(await stateOf(control)).toBe('NOTPAY')
    }
    await page.getByRole('combobox', { name: 'Outcome' }).selectOption('')
    await button(page, 'Pay').click()
    await page.getByRole('heading', { name: 'Paid' }).waitFor()
  })

  test('lets the time to pay run out', async ({ page, server, control, parameters }) => {
    await page.goto(addressOf(server, parameters))
    await page.getByRole('combobox', { name: 'Outcome' }).selectOption('time_over')
    await button(page, 'Pay').click()
    await page.getByText('订单已超过商户设置的最晚支付成功时间，请重新发起支付', { exact: true }).waitFor()
    expect(await stateOf(control)).toBe('NOTPAY')
  })

  test('refuses an order that was closed after it was opened', async ({ page, server, send, parameters }) => {
    await page.goto(addressOf(server, parameters))
    await button(page, 'Pay').waitFor()
    await send({ target: `/v3/pay/transactions/out-trade-no/${NUMBER}/close`, body: { mchid: MCHID } })
    await button(page, 'Pay').click()
    await page.getByText('支付请求已失效，请重新发起支付', { exact: true }).waitFor()
    await page.locator('.why').getByText('is closed').waitFor()
  })

  test('takes a cash coupon off, which must not be more than the total', async ({
    page,
    server,
    control,
    parameters,
  }) => {
    await page.goto(addressOf(server, parameters))
    const coupon = page.getByLabel('Cash coupon')
    await coupon.fill('30')
    await button(page, 'Pay').click()
    await page.getByRole('alert').getByText('The coupons take off more than').waitFor()
    await coupon.fill('4.5')
    await page.getByRole('heading', { name: '¥24.50' }).waitFor()
    await button(page, 'Pay').click()
    await page.getByRole('heading', { name: 'Paid' }).waitFor()
    await page.getByText('¥24.50').waitFor()
    expect(await control.order(NUMBER)).toMatchObject({ promotions: [{ amount: 450 }] })
  })

  test('shows the merchant coupons that are linked to the order', async ({ page, server, control, parameters }) => {
    await control.addStock({ stock_id: '100088', stock_name: '满10减5' })
    const coupon = { stock_id: '100088', coupon_code: 'CODE0001', associate_out_trade_no: NUMBER }
    await control.addCoupon(coupon)
    await page.goto(addressOf(server, parameters))
    await page.locator('.facts').getByText('满10减5').waitFor()
    await page.getByText('CODE0001').waitFor()
  })

  test('says which line of a wrong paySign differs, and what to do', async ({
    page,
    server,
    parameters,
    privateKey,
  }) => {
    const bare = payParameters('', privateKey)
    for (const [changes, ...texts] of [
      [{ timeStamp: '1700000001' }, 'The line timeStamp differs.', 'Build the message of four lines'],
      [{ timeStamp: '1700000000000' }, 'was signed in seconds, 1700000000'],
      [{ nonceStr: 'other' }, 'Build the message of four lines'],
      [{ appId: 'wx9' }, 'not wx9'],
      [{ paySign: bare.paySign }, 'Another package was signed'],
      [{ paySign: 'C380BEC2BFD727A4B6845133519F3AD6' }, 'that of API v2'],
      [{ signType: 'MD5' }, 'The signType is MD5'],
    ] as const) {
      await page.goto(addressOf(server, { ...parameters, ...changes }))
      await page.getByText(SIGNATURE_WRONG, { exact: true }).waitFor()
      for (const text of texts) await page.locator('.why').getByText(text).waitFor()
      await button(page, 'Back').click()
      await page.getByText('get_brand_wcpay_request:fail').waitFor()
    }
    await picture(page, 'cashier-left')
  })

  test('opens for an app, which is called back with a code', async ({ page, server, control, place, privateKey }) => {
    const { prepay_id } = await place('app')
    await page.goto(addressOf(server, appParameters(prepay_id, privateKey, { sign: 'AAAA' })))
    await page.getByText(SIGNATURE_WRONG, { exact: true }).waitFor()
    const address = addressOf(server, appParameters(prepay_id, privateKey))
    await page.goto(address)
    await button(page, 'Cancel').click()
    await page.getByText('-2', { exact: true }).waitFor()
    await page.goto(address)
    await button(page, 'Pay').click()
    await page.getByRole('heading', { name: 'Paid' }).waitFor()
    expect(await stateOf(control)).toBe('SUCCESS')
  })

  test('shows a code_url as a picture, to be scanned or clicked', async ({ page, server, control, place }) => {
    const { code_url } = await place('native')
    await page.goto(addressOf(server, { code_url }))
    await page.getByText(code_url).waitFor()
    await expect.poll(() => page.locator('.scan path').getAttribute('d')).toMatch(/^M4 4h1v1h-1z/)
    await picture(page, 'cashier-code')
    await button(page, 'Scan to pay').click()
    await button(page, 'Pay').click()
    await page.getByRole('heading', { name: 'Paid' }).waitFor()
    expect(await control.order(NUMBER)).toMatchObject({ state: 'SUCCESS', trade_type: 'NATIVE' })
    // The page of a phone that scans it.
    await place('native', { out_trade_no: 'ORDER_0002' }).then(({ code_url }) =>
      page.goto(addressOf(server, { code_url, scanned: '' })),
    )
    await button(page, 'Pay').waitFor()
  })

  test('is opened from the dashboard, where nothing is signed', async ({ page, server, parameters }) => {
    await page.goto(`${server.url}/_mock#/orders/${MCHID}/${NUMBER}`)
    const opens = page.waitForEvent('popup')
    await page.getByRole('link', { name: 'Open it' }).click()
    const cashier = await opens
    onTestFinished(() => cashier.close())
    await cashier.getByText('there is no paySign').waitFor()
    expect(new URL(cashier.url()).searchParams.get('prepay_id')).toBe(parameters.package.slice('prepay_id='.length))
  })

  test('shows what is hostile as text', async ({ page, server, control, place, privateKey }) => {
    const hostile = '<img src=x onerror="hacked=1">\u202e'
    const { prepay_id } = await place('jsapi', { description: hostile })
    await page.goto(addressOf(server, payParameters(prepay_id, privateKey)))
    await page.getByText('\\u202e').waitFor()
    await page.goto(addressOf(server, { appId: hostile, package: hostile, paySign: hostile }))
    await page.getByText('调用支付JSAPI缺少参数: timeStamp').waitFor()
    await expect.poll(() => page.locator('img, [onerror]').count()).toBe(0)
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(await stateOf(control)).toBe('NOTPAY')
  })
})

describePage('an h5_url', 'en', () => {
  test('leads to the cashier, and its redirect_url back', async ({ page, server, control, place }) => {
    const site = await openSite(page.context(), server)
    const { h5_url } = await place('h5')
    expect(h5_url).toMatch(new RegExp(`^${server.url}/_mock/cashier\\?prepay_id=wx`))
    const back = `${site.url()}paid?order=${NUMBER}`
    // As the page of the vendor says.
    await site.evaluate(`location.href = ${JSON.stringify(`${h5_url}&redirect_url=${encodeURIComponent(back)}`)}`)
    await button(site, 'Pay').click()
    await button(site, 'Back to the merchant').click()
    await site.waitForURL(back)
    expect(await control.order(NUMBER)).toMatchObject({ state: 'SUCCESS', trade_type: 'MWEB' })
  })

  test('leads back to where the user came from without one, and to no other scheme', async ({
    page,
    server,
    place,
  }) => {
    const site = await openSite(page.context(), server)
    const from = site.url()
    const { h5_url } = await place('h5')
    for (const more of ['', `&redirect_url=${encodeURIComponent('javascript:window.hacked=1')}`]) {
      await site.evaluate(`location.href = ${JSON.stringify(h5_url + more)}`)
      await button(site, 'Cancel').click()
      await site.waitForURL(from)
      expect(await site.evaluate('window.hacked')).toBeUndefined()
    }
  })
})

/** The vendor's sample of JSAPI (doc/v3/merchant/4012791857), whose parameters a server fills in. */
const jsapiSample = (parameters: object) => `
  window.calledBack = []
  function onBridgeReady() {
    WeixinJSBridge.invoke('getBrandWCPayRequest', ${JSON.stringify(parameters)},
      function (res) {
        calledBack.push(res.err_msg)
        if (res.err_msg == "get_brand_wcpay_request:ok") calledBack.push('paid')
      });
  }
  if (typeof WeixinJSBridge == "undefined") {
    if (document.addEventListener) {
      document.addEventListener('WeixinJSBridgeReady', onBridgeReady, false);
    } else if (document.attachEvent) {
      document.attachEvent('WeixinJSBridgeReady', onBridgeReady);
      document.attachEvent('onWeixinJSBridgeReady', onBridgeReady);
    }
  } else {
    onBridgeReady();
  }`

describePage('a front end on another port', 'en', () => {
  test('runs the vendor’s sample of JSAPI, which asks for a window as it loads', async ({
    page,
    server,
    control,
    parameters,
  }) => {
    const context = page.context()
    // It may be open before the site has loaded.
    const opens = context.waitForEvent('page', async (one) => (await one.opener()) !== null)
    const site = await openSite(context, server, { program: jsapiSample(parameters) })
    // A browser may let it open one at once, without a button to wait for.
    button(site, 'Open')
      .click()
      .catch(() => undefined)
    const cashier = await opens
    await button(cashier, 'Pay').click()
    await clickToClose(button(cashier, 'Done'))
    await expect.poll(() => calledBack(site)).toEqual(['get_brand_wcpay_request:ok', 'paid'])
    expect(await stateOf(control)).toBe('SUCCESS')
  })

  test('is the one of the documentation', async ({ page, server, control, parameters }) => {
    const example = readFileSync(new URL('../../examples/front-end.html', import.meta.url), 'utf8')
    const site = await openSite(page.context(), server, {
      page: example.replace('http://127.0.0.1:8089', server.url),
      order: parameters,
    })
    const opens = site.waitForEvent('popup')
    await button(site, 'Pay for a coffee').click()
    const cashier = await opens
    await button(cashier, 'Pay').click()
    await clickToClose(button(cashier, 'Done'))
    await site.getByText('get_brand_wcpay_request:ok').waitFor()
    expect(await stateOf(control)).toBe('SUCCESS')
  })

  test('is told by each API how it ended, in the words of its client', async ({ page, server, parameters }) => {
    const site = await openSite(page.context(), server, { query: '?appid=wx0000000000000001' })
    const given = JSON.stringify(parameters)
    const wrong = JSON.stringify({ ...parameters, paySign: 'AAAA' })
    const { appId: _, timeStamp: timestamp, ...rest } = parameters
    const jsSdk = JSON.stringify({ ...rest, timestamp: Number(timestamp) })
    for (const [call, click, ...expected] of [
      [
        `wx.requestPayment({ ...${given}, ...callbacks })`,
        'Cancel',
        ['fail', { errMsg: 'requestPayment:fail cancel' }],
      ],
      [
        `wx.requestPayment({ ...${wrong}, ...callbacks })`,
        'Back',
        ['fail', { errMsg: `requestPayment:fail ${SIGNATURE_WRONG}` }],
      ],
      [`wx.chooseWXPay({ ...${jsSdk}, ...callbacks })`, 'Cancel', ['cancel', { errMsg: 'chooseWXPay:cancel' }]],
      [
        `WeixinJSBridge.invoke('getBrandWCPayRequest', ${wrong}, (result) => calledBack.push(['complete', result]))`,
        'Back',
      ],
      [`wx.requestPayment({ ...${given}, ...callbacks })`, 'Pay', ['success', { errMsg: 'requestPayment:ok' }]],
    ] as const) {
      const cashier = await callOf(site, call)
      if (click === 'Pay') await button(cashier, click).click()
      await clickToClose(button(cashier, click === 'Pay' ? 'Done' : click))
      const result = expected[0]?.[1] ?? { err_msg: 'get_brand_wcpay_request:fail', err_desc: SIGNATURE_WRONG }
      await expect.poll(() => calledBack(site)).toEqual([...expected, ['complete', result]])
    }
  })

  test('hears that it was paid also if it sees first that the window is gone', async ({ page, server, parameters }) => {
    const site = await openSite(page.context(), server)
    const message = `{ origin: '${server.url}', source: null, data: { err_msg: 'get_brand_wcpay_request:ok' } }`
    await site.evaluate(`
      window.calledBack = []
      window.open = () => ({ closed: true })
      wx.requestPayment({ ...${JSON.stringify(parameters)}, complete: (result) => calledBack.push(result) })
      setTimeout(() => dispatchEvent(new MessageEvent('message', ${message})), 50)
      undefined
    `)
    await expect.poll(() => calledBack(site)).toEqual([{ errMsg: 'requestPayment:ok' }])
  })

  test('finds what a front end asks of JS-SDK and of a mini program', async ({ page, server }) => {
    const site = await openSite(page.context(), server, {
      program:
        "window.bridgeReady = 0; document.addEventListener('WeixinJSBridgeReady', () => { window.bridgeReady += 1 })",
    })
    await expect.poll(() => site.evaluate('window.bridgeReady')).toBe(1)
    const answer = await site.evaluate(`new Promise((resolve) => {
      const seen = []
      wx.error((result) => seen.push(result))
      wx.config({ appId: 'wx1' })
      setTimeout(() => {
        wx.config({ appId: 'wx1', timestamp: 1, nonceStr: 'a', signature: 'b', jsApiList: [] })
        wx.ready((result) => {
          seen.push(result, wx.canIUse('requestMerchantTransfer'), wx.canIUse('nothing'), wx.getAccountInfoSync().miniProgram.appId)
          WeixinJSBridge.invoke('nothing', {}, (result) => seen.push(result))
          wx.checkJsApi({ jsApiList: ['chooseWXPay', 'nothing'], success: (result) => seen.push(result) })
          wx.requestPayment({ timeStamp: 1 }).catch((result) => resolve([...seen, result]))
        })
      })
    })`)
    expect(answer).toEqual([
      { errMsg: 'config:fail, timestamp is missing' },
      { errMsg: 'config:ok' },
      true,
      false,
      'wx1',
      { err_msg: 'system:function_not_exist' },
      { checkResult: { chooseWXPay: true, nothing: false }, errMsg: 'checkJsApi:ok' },
      { errMsg: 'requestPayment:fail parameter error: parameter.timeStamp should be String instead of Number;' },
    ])
  })

  test('can neither frame nor read the cashier, nor pay by itself', async ({ page, server, control, parameters }) => {
    const site = await openSite(page.context(), server)
    const attempts = await site.evaluate(`Promise.all([
      fetch('${server.url}/_mock/cashier', { method: 'POST', mode: 'no-cors', body: '{}' }).then(({ type }) => type),
      fetch('${server.url}/_mock/orders/${NUMBER}/pay', { method: 'POST', mode: 'no-cors' }).then(({ type }) => type),
      fetch('${server.url}/_mock/wx.js').then(() => 'read', () => 'not read'),
    ])`)
    expect(attempts).toEqual(['opaque', 'opaque', 'not read'])
    expect(await stateOf(control)).toBe('NOTPAY')
    await site.evaluate(`
      const frame = document.body.appendChild(document.createElement('iframe'))
      frame.src = ${JSON.stringify(addressOf(server, parameters))}
      new Promise((resolve) => frame.addEventListener('load', resolve))
    `)
    const [, frame] = site.frames()
    await expect.poll(() => frame?.locator('main').count()).toBe(0)
  })
})

describeInEachLanguage('the cashier on a phone', (_, language) => {
  test.override('isPhone', true)
  test.override('language', language)

  test('has no serious finding, and nothing wider than the screen', async ({
    page,
    server,
    place,
    parameters,
    privateKey,
  }) => {
    const found: string[] = []
    const look = async (what: string) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await picture(page, `cashier-${what}-${language}-${colorScheme}`)
      }
      found.push(...(await findingsInBothThemes(page)).map((one) => `${what}: ${one}`))
      for (const width of [390, 320]) {
        await page.setViewportSize({ width, height: 844 })
        await expect.poll(() => page.evaluate('document.documentElement.scrollWidth'), { message: what }).toBe(width)
      }
      await page.setViewportSize({ width: 390, height: 844 })
    }
    const { code_url } = await place('native', { out_trade_no: 'ORDER_0002', amount: { total: 1_234_567_800 } })
    for (const [what, query] of Object.entries({
      asked: parameters,
      code: { code_url },
      refused: { ...parameters, ...payParameters('wx1', privateKey), package: parameters.package },
    })) {
      await page.goto(addressOf(server, query))
      await page.locator('.actions button').first().waitFor()
      await look(what)
    }
    await page.goto(addressOf(server, parameters))
    await page.locator('select').selectOption('wrong_password')
    await page.locator('.go').click()
    await page.getByRole('alert').waitFor()
    await look('trouble')
    await page.locator('select').selectOption('')
    await page.locator('.go').click()
    await page.locator('.sign').waitFor()
    await look('paid')
    expect(found).toEqual([])
    await expect.poll(() => page.evaluate('document.documentElement.lang')).toBe(language)
    expect(page.complaints.filter((one) => !/status of 4\d\d/.test(one))).toEqual([])
  })
})
