import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { Locator, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import type { RunningServer } from '../../src/doors/transports/node-server.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { findingsInBothThemes } from './axe.ts'
import { clickToClose, describeInEachLanguage, describePage, test } from './chromium.ts'
import { calledBack, openSite } from './shop-site.ts'

const BUILT = new URL('../../dist/pages/transfer-page/assets/', import.meta.url)
const PAGE_ERROR = 'package_info信息有误，请返回联系商家处理'
const MCHID = '1900000001'
const APPID = 'wx0000000000000001'
const OPENID = 'oPromoter00000000000000000001'

/** Text from a transfer that must never be more than text. */
const HOSTILE = '<img src=x onerror="hacked=1">'

/** Options with which a program opens the page. */
interface Options {
  readonly mchId: string
  readonly appId: string
  readonly package: string
  readonly openId?: string
}

/** Adds a transfer, and returns the options that open its page. */
async function aTransfer(control: MockControl, changes: object = {}): Promise<Options> {
  const added = await control.addTransfer({
    out_bill_no: 'T1',
    transfer_scene_id: '1005',
    transfer_amount: 500,
    transfer_remark: '订单返佣',
    openid: OPENID,
    transfer_scene_report_infos: [
      { info_type: '岗位类型', info_content: '推广员' },
      { info_type: '报酬说明', info_content: '推广订单返佣' },
    ],
    ...changes,
  })
  const { package_info = '' } = await control.transfer(added.out_bill_no, { mchid: added.mchid })
  return { mchId: added.mchid, appId: added.appid, package: package_info }
}

async function anAuthorization(control: MockControl): Promise<Options> {
  await control.addTransferAuthorization({
    out_authorization_no: 'A1',
    authorize_time: null,
    transfer_scene_id: '1005',
    user_display_name: '推广员张三',
    openid: OPENID,
  })
  const { package_info = '' } = await control.transferAuthorization('A1')
  return { mchId: MCHID, appId: APPID, package: package_info }
}

const addressOf = ({ url }: RunningServer, options: object) =>
  `${url}/_mock/transfer-page?${new URLSearchParams({ ...options })}`

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** Makes a site call `wx.requestMerchantTransfer`, and returns the window that opens. */
async function request(site: Page, options: Options): Promise<Page> {
  const opens = site.waitForEvent('popup')
  await site.evaluate(`
    window.calledBack = []
    wx.requestMerchantTransfer({
      ...${JSON.stringify(options)},
      success: (result) => calledBack.push(['success', result]),
      fail: (result) => calledBack.push(['fail', result]),
      complete: (result) => calledBack.push(['complete', result]),
    })
    // Not the promise, which waits for the window to be closed.
    undefined
  `)
  return opens
}

/** Number of lines that a text takes up. */
const linesOf = (text: Locator) => text.evaluate((element) => element.getClientRects().length)

test('what the page is made of is a fraction of the dashboard', () => {
  const bytes = readdirSync(BUILT).reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, BUILT))).length, 0)
  console.log(`${(bytes / 1_024).toFixed(1)} KiB compressed`)
  expect(bytes).toBeLessThan(24 * 1_024)
})

describePage('the confirm page', 'en', () => {
  test('shows what the user is to know, and confirms', async ({ page, server, control }) => {
    await page.goto(addressOf(server, await aTransfer(control)))
    await page.getByRole('heading', { name: '¥5.00' }).waitFor()
    for (const text of ['佣金报酬', '劳务报酬', '订单返佣', '岗位类型', '推广员', '推广订单返佣', OPENID, 'T1']) {
      await expect.poll(() => page.locator('main').textContent()).toContain(text)
    }
    await button(page, 'Receive').click()
    await page.getByRole('heading', { name: 'Received' }).waitFor()
    const confirmed = await control.transfer('T1')
    expect(confirmed).toMatchObject({ state: 'SUCCESS' })
    expect(page.complaints).toEqual([])
    // It does not confirm again when it is reloaded.
    await page.reload()
    await page.locator('.why').getByText('nothing is left to confirm').waitFor()
    expect(await control.transfer('T1')).toEqual(confirmed)
  })

  test('is left without a change', async ({ page, server, control }) => {
    await page.goto(addressOf(server, await aTransfer(control)))
    await button(page, 'Not now').click()
    await page.getByText('requestMerchantTransfer:fail cancel').waitFor()
    expect(await control.transfer('T1')).toMatchObject({ state: 'WAIT_USER_CONFIRM' })
    await button(page, 'Open again').click()
    await button(page, 'Receive').waitFor()
    expect(page.complaints).toEqual([])
  })

  test('says what the user reads when the money does not arrive', async ({ page, server, control }) => {
    await page.goto(addressOf(server, await aTransfer(control)))
    await page.getByRole('combobox', { name: 'Outcome' }).selectOption('ACCOUNT_FROZEN')
    await button(page, 'Receive').click()
    await page.getByRole('heading', { name: 'Not received' }).waitFor()
    await page.getByText('The account of the user is frozen').waitFor()
    await page.getByText('FAIL, ACCOUNT_FROZEN').waitFor()
    expect(await control.transfer('T1')).toMatchObject({ state: 'FAIL', fail_reason: 'ACCOUNT_FROZEN' })
  })

  test('finds out by itself what the mock knows', async ({ page, server, control }) => {
    await control.addUser({ openid: OPENID, real_name: null })
    await page.goto(addressOf(server, await aTransfer(control)))
    await button(page, 'Receive').click()
    await page.getByText('REAL_NAME_CHECK_FAIL').waitFor()
  })

  test('shows a transfer that is under way, and completes it', async ({ page, server, control }) => {
    await control.changeSettings({ transfer_takes: 60 })
    const address = addressOf(server, await aTransfer(control))
    await page.goto(address)
    await button(page, 'Receive').click()
    await page.getByRole('heading', { name: 'Processing' }).waitFor()
    await page.reload()
    await page.getByText('still being processed').waitFor()
    await button(page, 'Complete').click()
    await page.getByRole('heading', { name: 'Received' }).waitFor()
  })

  test('shows a red packet as one', async ({ page, server, control }) => {
    await page.goto(addressOf(server, await aTransfer(control, { user_recv_style: 'RED_PACKET' })))
    await page.getByText('has a red packet for you').waitFor()
    // A finger can hit its link.
    expect((await page.getByRole('link').boundingBox())?.height).toBeGreaterThanOrEqual(40)
    await button(page, 'Open').click()
    await page.getByRole('heading', { name: 'Received' }).waitFor()
  })

  test('asks for an authorization by itself', async ({ page, server, control }) => {
    const address = addressOf(server, await anAuthorization(control))
    await page.goto(address)
    await button(page, 'Not now').click()
    await page.getByText('requestMerchantTransfer:fail cancel').waitFor()
    await page.goto(address)
    await page.getByRole('heading', { name: 'Skip confirmation' }).waitFor()
    await button(page, 'Agree').click()
    await page.getByRole('heading', { name: 'Authorized' }).waitFor()
    expect(await control.transferAuthorization('A1')).toMatchObject({ state: 'TAKING_EFFECT' })
    await page.goto(address)
    await page.getByText('authorization A1 is TAKING_EFFECT', { exact: false }).waitFor()
  })

  test.for([true, false])('asks for one with a transfer; given: %s', async (given, { page, server, control }) => {
    const authorization = {
      out_authorization_no: 'A1',
      user_display_name: '推广员张三',
      authorization_notify_url: 'https://shop.example.com/authorized',
    }
    await page.goto(addressOf(server, await aTransfer(control, { authorization })))
    const tick = page.getByRole('checkbox', { name: /without asking/ })
    await tick.setChecked(given)
    await button(page, 'Receive').click()
    await page.getByRole('heading', { name: 'Received' }).waitFor()
    const asked = await control.transferAuthorization('A1').catch(({ code }) => code)
    if (given) expect(asked).toMatchObject({ state: 'TAKING_EFFECT' })
    else expect(asked).toBe('MOCK_AUTHORIZATION_UNKNOWN')
  })

  test('does not open with what does not fit, and says why', async ({ page, server, control }) => {
    const options = await aTransfer(control)
    for (const [changes, why, shown = PAGE_ERROR] of [
      [{ appId: 'wx9' }, `with the appid ${APPID}, not wx9.`, '商家APPID错误，请返回商家重新发起收款'],
      [{ openId: 'oOther' }, `Transfer T1 is for ${OPENID}, not for oOther.`, '收款微信号不一致'],
      [{ mchId: '1900000109' }, 'not of 1900000109', '商户号错误，请返回商家重新发起收款'],
      [{ package: 'nonsense' }, 'was never issued'],
      [{ package: 'ABBQO+oYAAABAAAA' }, 'was cut off'],
      [{ package: '' }, 'The address is missing package.'],
      [{ mchId: '', appId: '', package: '' }, 'The address is missing mchId, appId, package.'],
      [{ appId: 'w'.repeat(3_000) }, '/appid'],
    ] as const) {
      await page.goto(addressOf(server, { ...options, ...changes }))
      await page.locator('.why').getByText(why).waitFor()
      await page.getByText(shown, { exact: true }).waitFor()
      expect(await button(page, 'Receive').count(), why).toBe(0)
      await button(page, 'Back').click()
      await page.getByText('requestMerchantTransfer:fail', { exact: true }).waitFor()
    }
    // In an address that was not encoded, plus signs are spaces.
    const { mchId, appId, package: package_info } = options
    await page.goto(`${server.url}/_mock/transfer-page?mchId=${mchId}&appId=${appId}&package=${package_info}`)
    await page.locator('.why').getByText('encodeURIComponent').waitFor()
    expect(await control.transfer('T1')).toMatchObject({ state: 'WAIT_USER_CONFIRM' })
  })

  test('does not open for a transfer that is past confirming, and says why', async ({ page, server, control }) => {
    const transfer_bill_no = '13301900000001'
    const options = await aTransfer(control, { transfer_bill_no })
    for (const [changes, why] of [
      [{ state: 'SUCCESS' }, /Transfer T1 has been SUCCESS.* nothing is left to confirm/],
      [{ state: 'FAIL', fail_reason: 'TRANSFER_RISK' }, /has been FAIL.*TRANSFER_RISK.*another number/],
      [{ state: 'CANCELLED' }, /has been CANCELLED.*another number/],
      [
        { lock_time: null, create_time: new Date(Date.now() - 5_000).toISOString() },
        /has been PROCESSING.*short of money: PATCH \/_mock\/transfer-account/,
      ],
    ] as const) {
      await aTransfer(control, { transfer_bill_no, create_time: '2026-01-01T00:00:00+08:00', ...changes })
      await page.goto('about:blank')
      await page.goto(addressOf(server, options))
      await page.locator('.why').getByText(why).waitFor()
      await page.getByText(PAGE_ERROR, { exact: true }).waitFor()
    }
  })

  test('does not open after 24 hours of the mock’s clock, nor confirm what was opened before', async ({
    page,
    server,
    control,
  }) => {
    const address = addressOf(server, await aTransfer(control))
    await page.goto(address)
    await button(page, 'Receive').waitFor()
    await control.advance('P1D')
    await button(page, 'Receive').click()
    await page.getByText('订单已超时，请返回商家重新发起收款', { exact: true }).waitFor()
    await page.goto(address)
    await page.locator('.why').getByText('OVERDUE_CLOSE').waitFor()
    expect(await control.transfer('T1')).toMatchObject({ state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' })
  })

  test('shows what is hostile as text', async ({ page, server, control }) => {
    await control.addTransfer({
      out_bill_no: 'T1',
      transfer_remark: '😀'.repeat(16),
      user_recv_perception: `${HOSTILE}\u2066`,
      transfer_scene_report_infos: [
        { info_type: HOSTILE, info_content: `\u202egnp.exe ${HOSTILE}` },
        { info_type: '奖励说明', info_content: 'W'.repeat(5_000) },
      ],
    })
    const { package_info = '' } = await control.transfer('T1')
    await page.setViewportSize({ width: 320, height: 640 })
    await page.goto(addressOf(server, { mchId: MCHID, appId: APPID, package: package_info, openId: '' }))
    await page.getByText('\\u202egnp.exe').waitFor()
    await page.getByText(`${HOSTILE}\\u2066`).waitFor()
    await expect.poll(() => page.locator('img, [onerror]').count()).toBe(0)
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(320)
    await expect.poll(() => page.locator('dd').filter({ hasText: 'WWW' }).textContent()).toHaveLength(401)
    await page.goto(addressOf(server, { mchId: HOSTILE, appId: `\u202e${HOSTILE}`, package: HOSTILE, openId: HOSTILE }))
    await page.getByText(PAGE_ERROR, { exact: true }).waitFor()
    await expect.poll(() => page.locator('img, [onerror]').count()).toBe(0)
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(page.complaints.filter((one) => !/status of 4\d\d/.test(one))).toEqual([])
  })

  test('breaks no line within an openid, a number or a time on the smallest phone', async ({
    page,
    server,
    control,
  }) => {
    await page.setViewportSize({ width: 320, height: 640 })
    const options = await aTransfer(control, {
      out_bill_no: 'PAYOUT20261127001',
      openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
    })
    for (const lang of ['en', 'zh']) {
      await page.goto(addressOf(server, { ...options, lang }))
      await page.locator('.facts').waitFor()
      for (const text of await page.locator('.facts .code, .mock .whole').all()) {
        expect(await linesOf(text), (await text.textContent()) ?? '').toBe(1)
      }
    }
    await control.confirmTransfer('PAYOUT20261127001')
    await page.reload()
    await page.getByText(PAGE_ERROR, { exact: true }).waitFor()
    const times = await page.locator('.why .whole').all()
    expect(times).toHaveLength(2)
    for (const time of times) expect(await linesOf(time)).toBe(1)
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(320)
  })

  test('confirms once, however often the button is clicked', async ({ page, server, control }) => {
    let confirmations = 0
    page.on('request', (request) => {
      if (request.url().includes('/confirm')) confirmations += 1
    })
    await control.changeSettings({ transfer_takes: 60 })
    await page.goto(addressOf(server, await aTransfer(control)))
    await button(page, 'Receive').dblclick()
    await page.getByRole('heading', { name: 'Processing' }).waitFor()
    await page.waitForTimeout(200)
    expect(confirmations).toBe(1)
    // A second confirmation would have completed it.
    expect(await control.transfer('T1')).toMatchObject({ state: 'TRANSFERING' })
  })

  test('keeps what was chosen when the mock does not answer', async ({ page, server, control }) => {
    await page.goto(addressOf(server, await aTransfer(control)))
    await button(page, 'Receive').waitFor()
    await page.route('**/confirm*', (route) => route.abort())
    await button(page, 'Receive').click()
    await page.getByRole('alert').getByText('No mock answers').waitFor()
    await page.unroute('**/confirm*')
    await button(page, 'Receive').click()
    await page.getByRole('heading', { name: 'Received' }).waitFor()
  })

  test('leads to the transfer in the dashboard', async ({ page, server, control }) => {
    await page.goto(addressOf(server, await aTransfer(control)))
    const opens = page.waitForEvent('popup')
    await page.getByRole('link', { name: 'Show it in the dashboard' }).click()
    const dashboard = await opens
    onTestFinished(() => dashboard.close())
    await dashboard.getByRole('heading', { name: /T1/ }).waitFor()
  })

  test('can be used with the keyboard alone', async ({ page, server, control }) => {
    await page.goto(addressOf(server, await aTransfer(control)))
    await button(page, 'Receive').waitFor()
    await page.keyboard.press('Tab')
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Receive')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Received' }).waitFor()
    await page.keyboard.press('Tab')
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Done')
    await page.keyboard.press('Space')
    await page.getByText('requestMerchantTransfer:ok').waitFor()
  })
})

describePage('a program that opens the confirm page', 'en', () => {
  test('is told that it was confirmed, once the window is closed', async ({ page, server, control }) => {
    const site = await openSite(page.context(), server)
    const popup = await request(site, await aTransfer(control))
    await button(popup, 'Receive').click()
    await button(popup, 'Done').waitFor()
    expect(await calledBack(site)).toEqual([])
    await clickToClose(button(popup, 'Done'))

    const result = { errMsg: 'requestMerchantTransfer:ok' }
    await expect
      .poll(() => calledBack(site))
      .toEqual([
        ['success', result],
        ['complete', result],
      ])
    expect(await control.transfer('T1')).toMatchObject({ state: 'SUCCESS' })
  })

  test('is told that it was left or did not open, and of a window that somebody closes', async ({
    page,
    server,
    control,
  }) => {
    const site = await openSite(page.context(), server)
    for (const [name, changes, errMsg] of [
      ['Not now', {}, 'requestMerchantTransfer:fail cancel'],
      ['Back', { appId: 'wx9' }, 'requestMerchantTransfer:fail'],
    ] as const) {
      const popup = await request(site, { ...(await aTransfer(control)), ...changes })
      await clickToClose(button(popup, name))
      await expect
        .poll(() => calledBack(site))
        .toEqual([
          ['fail', { errMsg }],
          ['complete', { errMsg }],
        ])
    }
    for (const [confirms, errMsg] of [
      [false, 'requestMerchantTransfer:fail cancel'],
      [true, 'requestMerchantTransfer:ok'],
    ] as const) {
      const popup = await request(site, await aTransfer(control))
      await button(popup, 'Receive').waitFor()
      if (confirms) {
        await button(popup, 'Receive').click()
        await button(popup, 'Done').waitFor()
      }
      await popup.close({ runBeforeUnload: true })
      await expect.poll(() => calledBack(site)).toContainEqual(['complete', { errMsg }])
    }
  })

  test('may be one for WeixinJSBridge', async ({ page, server, control }) => {
    const site = await openSite(page.context(), server)
    const opens = site.waitForEvent('popup')
    const options = JSON.stringify(await aTransfer(control))
    await site.evaluate(
      `WeixinJSBridge.invoke('requestMerchantTransfer', ${options}, (result) => { window.calledBack = result }); undefined`,
    )
    const popup = await opens
    await button(popup, 'Receive').click()
    await clickToClose(button(popup, 'Done'))
    await expect.poll(() => calledBack(site)).toEqual({ err_msg: 'requestMerchantTransfer:ok' })
  })

  test('cannot have it in a frame of its own', async ({ page, server, control }) => {
    const site = await openSite(page.context(), server)
    const address = addressOf(server, await aTransfer(control))
    await site.evaluate(`
      const frame = document.body.appendChild(document.createElement('iframe'))
      frame.src = ${JSON.stringify(address)}
      new Promise((resolve) => frame.addEventListener('load', resolve))
    `)
    const [, frame] = site.frames()
    await expect.poll(() => frame?.locator('main').count()).toBe(0)
  })

  test('cannot make the control calls itself', async ({ page, server, control }) => {
    const site = await openSite(page.context(), server)
    await aTransfer(control)
    const attempt = await site.evaluate(
      `fetch('${server.url}/_mock/transfers/T1/confirm', { method: 'POST', mode: 'no-cors' }).then(({ type }) => type)`,
    )
    expect(attempt).toBe('opaque')
    expect(await control.transfer('T1')).toMatchObject({ state: 'WAIT_USER_CONFIRM' })
  })
})

describePage('a confirm page that needs a token', 'en', () => {
  test.override('controlToken', 'secret')

  test('asks for it, and keeps it in the tab', async ({ page, server, control }) => {
    await page.goto(addressOf(server, await aTransfer(control)))
    await page.getByLabel('Token').fill('wrong')
    await button(page, 'Open').click()
    await page.getByText('The mock rejected this token.').waitFor()
    await page.getByLabel('Token').fill('secret')
    await button(page, 'Open').click()
    await button(page, 'Receive').waitFor()
    await page.reload()
    await button(page, 'Receive').click()
    await page.getByRole('heading', { name: 'Received' }).waitFor()
    expect(await page.evaluate("Object.values(localStorage).includes('secret')")).toBe(false)
  })
})

describeInEachLanguage('the confirm page on a phone', (_, language) => {
  test.override('isPhone', true)

  test('has no serious finding, nothing wider than the smallest phone, and the language that its address asks for', {
    timeout: 120_000,
  }, async ({ page, server, control }) => {
    const options = await aTransfer(control)
    const packet = { out_bill_no: 'T2', user_recv_style: 'RED_PACKET', transfer_amount: 20_000_000 }
    const wanted = {
      out_authorization_no: 'A2',
      user_display_name: '推广员张三',
      authorization_notify_url: 'https://a.example.com',
    }
    const found: string[] = []
    const look = async (what: string) => {
      found.push(...(await findingsInBothThemes(page)).map((one) => `${what}: ${one}`))
      const width = await page.evaluate('document.documentElement.scrollWidth')
      if (width !== 320) found.push(`${what}: ${width} px wide`)
      const heights = await page
        .locator('button, select')
        .evaluateAll((all) => all.map(({ clientHeight }) => clientHeight))
      if (heights.some((height) => height < 38)) found.push(`${what}: heights of ${heights}`)
    }
    await page.setViewportSize({ width: 320, height: 640 })
    for (const [what, address] of Object.entries({
      asked: options,
      packet: await aTransfer(control, packet),
      both: await aTransfer(control, { out_bill_no: 'T3', authorization: wanted }),
      authorization: await anAuthorization(control),
      refused: { mchId: MCHID },
    })) {
      await page.goto(addressOf(server, address))
      await page.locator('.actions button').first().waitFor()
      await look(what)
    }
    for (const outcome of ['SUCCESS', 'ACCOUNT_FROZEN']) {
      await page.goto(addressOf(server, await aTransfer(control, { out_bill_no: `E${outcome.slice(0, 3)}` })))
      await page.locator('select').selectOption(outcome)
      await page.locator('.go').click()
      await page.locator('.sign').waitFor()
      await look(outcome)
      await page.locator('.go').click()
      await page.locator('.why').waitFor()
      await look('left')
    }
    expect(found).toEqual([])

    const receive = { en: 'Receive', 'zh-CN': '确认收款' }
    for (const [address, spoken] of [
      [options, language],
      [{ ...options, lang: language === 'en' ? 'zh-CN' : 'en' }, language === 'en' ? 'zh-CN' : 'en'],
    ] as const) {
      await page.goto(addressOf(server, address))
      await button(page, receive[spoken]).waitFor()
      await expect.poll(() => page.evaluate('document.documentElement.lang')).toBe(spoken)
    }
  })
})
