import { expect } from 'vitest'
import { startReceiver } from '../helpers/receiver.ts'
import { describeInEachLanguage, describePage, expectFit, picture, test } from './chromium.ts'

describePage('coupons, orders and the clock in the dashboard', 'zh-CN', (words) => {
  const receive = '领取一张券'
  const handOut = '发放一张券'
  const received = '用户已领取一张券。'
  const linked = '已关联订单'

  test('a move of the clock says how many callbacks it has sent', async ({ page, server, control }) => {
    const answered = Promise.withResolvers<void>()
    let tries = 0
    const receiver = await startReceiver(async (_, response) => {
      tries++
      if (tries === 4) await answered.promise
      response.writeHead(tries <= 2 ? 500 : 204).end()
    })
    for (const event_type of ['REFUND.SUCCESS', 'TRANSACTION.SUCCESS']) {
      await control.sendNotification({ event_type, url: receiver.url })
    }
    await page.goto(`${server.url}/_mock#/clock`)
    await page.getByRole('button', { name: `+${words.clock.steps.PT1H}`, exact: true }).click()
    const progress = page.getByRole('progressbar', { name: words.clock.moving('1', '2') })
    await progress.waitFor()
    await picture(page, 'clock-moving-zh')

    answered.resolve()
    await page.getByText(words.clock.moved).waitFor()
    await expect.poll(() => progress.count()).toBe(0)
    expect(page.complaints).toEqual([])
    await receiver.close()
  })

  test('a coupon is received, and every state can be had', async ({ page, server, control }) => {
    await control.addStock({ stock_id: '900001', stock_name: 'Gift', coupon_code_mode: 'WECHATPAY_MODE' })
    await page.goto(`${server.url}/_mock#/coupons`)
    await page.getByText(receive, { exact: true }).click()
    await page.getByRole('combobox', { name: '批次' }).selectOption({ label: '900001 Gift' })
    await page.getByRole('textbox', { name: '用户（openid）', exact: true }).fill('oFromThePhone')
    await page.getByRole('button', { name: handOut, exact: true }).click()
    await page.getByText(received).waitFor()
    const { items } = await control.coupons({ text: 'oFromThePhone' })
    const [coupon] = items
    if (!coupon) throw new Error('Nobody received a coupon')

    const state = page.locator('.detail h2 .badge')
    for (const [name, wanted] of [
      ['核销', 'USED'],
      ['退券', 'SENDED'],
      ['过期', 'EXPIRED'],
      ['恢复可用', 'SENDED'],
      ['删除', 'DELETED'],
      ['恢复可用', 'SENDED'],
      ['设为失效', 'DEACTIVATED'],
    ] as const) {
      await page.getByRole('button', { name, exact: true }).click()
      await expect.poll(() => state.textContent()).toContain(wanted)
      expect(await control.coupon(coupon.stock_id, coupon.coupon_code)).toMatchObject({ state: wanted })
    }
    expect(page.complaints).toEqual([])
  })

  test('a coupon of a batch whose merchant brings the codes is received with one that the page fills in, or with a chosen one', async ({
    page,
    server,
    control,
  }) => {
    await control.addStocks([{ stock_id: '900002', stock_name: 'Own codes', coupon_code_mode: 'MERCHANT_API' }])
    await page.goto(`${server.url}/_mock#/coupons`)
    await page.getByText(receive, { exact: true }).click()
    await page.getByRole('combobox', { name: '批次' }).selectOption({ label: '900002 Own codes' })
    await page.getByRole('button', { name: handOut, exact: true }).click()
    const codes = async () => (await control.coupons({ stock_id: '900002' })).items.map((one) => one.coupon_code)
    await expect.poll(codes).toEqual([expect.stringMatching(/^\d{20}$/)])
    await page
      .getByRole('textbox', {
        name: '券 code（该批次由商户提供）',
        exact: true,
      })
      .fill('MY-OWN')
    await page.getByRole('button', { name: handOut, exact: true }).click()
    await expect.poll(codes).toContain('MY-OWN')
  })

  test('the time line leads to the exchange that did it, and the link can be removed', async ({
    page,
    server,
    send,
    control,
  }) => {
    await send({
      method: 'POST',
      target: '/v3/marketing/busifavor/coupons/associate',
      body: { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T1', out_request_no: 'A1' },
    })
    await page.goto(`${server.url}/_mock#/coupons`)
    await page.getByRole('searchbox').fill('sxxe34343434')
    await page.getByText('1 / 1', { exact: true }).waitFor()
    await page.getByRole('link', { name: /sxxe34343434/ }).click()
    await page.locator('.timeline').getByText(linked).waitFor()
    await picture(page, `coupon-zh`)

    await page.getByRole('button', { name: '取消关联' }).click()
    await page.locator('.timeline').getByText('手动设置').waitFor()
    expect(await control.coupon('100088', 'sxxe34343434')).not.toHaveProperty('associate_out_trade_no')

    await page.getByRole('link', { name: /200 (Link a coupon to an order|关联订单信息)/ }).click()
    await page.getByText(words.check.allPassed(7)).waitFor()
  })

  test('an exchange leads to the things that it was about, and an order to the coupons that are linked to it', async ({
    page,
    server,
    send,
    control,
  }) => {
    await control.addOrder({ out_trade_no: 'T1', state: 'NOTPAY' })
    await control.addCoupon({ coupon_code: 'OTHER', associate_out_trade_no: 'T10' })
    await send({
      method: 'POST',
      target: '/v3/marketing/busifavor/coupons/associate',
      body: { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T1', out_request_no: 'A1' },
    })
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('link', { name: /200 (Link a coupon to an order|关联订单信息)/ }).click()
    const things = page.getByRole('navigation', { name: words.exchange.things })
    await expect.poll(() => things.getByRole('link').allTextContents()).toEqual(['sxxe34343434', '100088', 'T1'])
    await things.getByText('SENDED').waitFor()
    await things.getByText('NOTPAY').waitFor()
    await things.getByRole('link', { name: 'sxxe34343434' }).click()
    await page.locator('.timeline').getByText(linked).waitFor()

    await page.goto(`${server.url}/_mock#/orders/1900000001/T1`)
    const coupons = page.getByRole('region', { name: '关联的券' }).getByRole('link')
    await expect.poll(() => coupons.allTextContents()).toEqual([expect.stringContaining('sxxe34343434')])
    await coupons.click()
    await page.getByRole('heading', { name: `SENDED ${'可用'} sxxe34343434` }).waitFor()
    expect(page.complaints).toEqual([])
  })

  test('an order is paid and refunded, another can no longer be paid', async ({ page, server, control }) => {
    await control.addOrder({ out_trade_no: 'PAYS', state: 'NOTPAY', total: 1_234 })
    await control.addOrder({ out_trade_no: 'WAITS', state: 'NOTPAY' })
    await page.goto(`${server.url}/_mock#/orders`)
    await page.getByRole('link', { name: /PAYS/ }).click()
    await page.getByRole('button', { name: '支付', exact: true }).click()
    await page.getByText('订单已支付，随后会发送回调。').waitFor()
    const part = page.getByRole('button', { name: '部分退款…' })
    await part.click()
    await page.getByRole('spinbutton', { name: '金额（元）' }).fill('0.34')
    await page.getByRole('button', { name: '部分退款', exact: true }).click()
    const refunds = page.getByRole('region', { name: '退款', exact: true })
    await refunds.getByText('¥0.34').waitFor()
    await page.getByRole('button', { name: '退回剩余金额' }).click()
    await refunds.getByText('¥12.00').waitFor()
    await picture(page, `order-zh`)
    const { refunds: made } = await control.order('PAYS')
    expect(made.map(({ refund }) => refund).toSorted()).toEqual([1_200, 34].toSorted())

    await page.getByRole('link', { name: /WAITS/ }).click()
    await page.getByRole('button', { name: '立即截止支付' }).click()
    await page.getByText('订单已无法支付').waitFor()
    await page.getByText('支付截止时间').waitFor()
    expect(await control.order('WAITS')).toMatchObject({ state: 'NOTPAY', time_expire: expect.any(String) })
  })

  test('the clock is frozen, moved and set', async ({ page, server, control }) => {
    await control.setClock({ now: '2026-11-25T12:00:00+08:00' })
    await page.goto(`${server.url}/_mock#/clock`)
    await page.getByRole('button', { name: words.clock.freeze }).click()
    await page.getByText(words.clock.stands).waitFor()
    expect(await control.clock()).toMatchObject({ frozen: true })
    await page.getByRole('button', { name: `+${words.clock.steps.P31D}` }).click()
    await page.locator('main').getByText('2026-12-26 12:00').waitFor()
    await page.getByLabel(words.clock.setTo).fill('2030-01-02T03:04:05')
    await page.getByRole('button', { name: words.clock.set, exact: true }).click()
    await page.locator('main').getByText('2030-01-02 03:04:05').waitFor()
    await page.getByLabel(words.clock.moveBy).fill('P1M')
    await page.getByRole('button', { name: words.clock.move, exact: true }).click()
    await page.locator('.notice.failed').waitFor()
    await picture(page, `clock-zh`)
  })

  test("clients with the machine's time are answered though the clock was moved", async ({ page, server, control }) => {
    await control.advance('P31D')
    await page.goto(`${server.url}/_mock#/clock`)
    const machine = page.getByRole('checkbox', { name: words.clock.judgeByMachine })
    await machine.check()
    await page.getByText(words.clock.judged.machine).waitFor()
    expect(await control.settings()).toMatchObject({ signature_clock: 'machine' })
    await control.changeSettings({ signature_clock: 'mock' })
    await expect.poll(() => machine.isChecked()).toBe(false)
    await machine.check()
    await machine.uncheck()
    await page.getByText(words.clock.judged.mock).waitFor()
    expect(await control.settings()).toMatchObject({ signature_clock: 'mock' })
  })
})

describeInEachLanguage('what the user does', (words) => {
  test('shows at once, though no event tells of it', async ({ page, server, control }) => {
    const { now } = await control.clock()
    await page.route('**/_mock/events', (route) => route.abort())
    await page.goto(`${server.url}/_mock#/clock`)
    const head = page.locator('header .clock')
    await head.waitFor()
    await page.getByRole('button', { name: words.clock.freeze }).click()
    await head.getByText(words.frozen).waitFor()
    await page.getByRole('button', { name: `+${words.clock.steps.P31D}` }).click()
    await expect.poll(() => head.textContent()).toContain('+31')
    await expectFit(page, 'clock-moved')
    const banner = page.locator('.banner', { hasText: words.clock.judgeInstead })
    await banner.getByRole('button').click()
    await banner.waitFor({ state: 'detached' })
    await page.getByRole('link', { name: /signature_clock/ }).waitFor()
    await page.goto(`${server.url}/_mock#/faults`)
    await page.getByRole('form', { name: words.faults.recipes.answer_lost.title }).getByRole('button').first().click()
    await page.locator('header').getByText(words.faults.active(1)).waitFor()
    await expectFit(page, 'fault-planned')
    await page.getByRole('button', { name: words.faults.removeAll }).click()
    await expect.poll(() => page.locator('header').getByText(words.faults.active(1)).count()).toBe(0)
    expect(Date.parse((await control.clock()).now)).toBeGreaterThan(Date.parse(now))
  })
})
