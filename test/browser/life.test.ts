import type { Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { engineOf } from '../../src/mock.ts'
import { startReceiver } from '../helpers/receiver.ts'
import { badlyPlaced } from './badly-placed.ts'
import { describeInEachLanguage, describePage, picture, test } from './chromium.ts'

const COUPON = '#/coupons/1900000001/100088/sxxe34343434'
const use = (number: string) => ({
  method: 'POST' as const,
  target: '/v3/marketing/busifavor/coupons/use',
  body: {
    stock_id: '100088',
    coupon_code: 'sxxe34343434',
    appid: 'wx0000000000000001',
    use_time: '2026-11-25T12:00:00+08:00',
    use_request_no: number,
  },
})

/** Tells how much of the processor the page's main thread has taken so far, in milliseconds: whatever else the machine does, it is the same. */
async function processorTime(page: Page): Promise<() => Promise<number>> {
  const debugging = await page.context().newCDPSession(page)
  await debugging.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await debugging.send('Performance.getMetrics')
    const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value
    if (seconds === undefined) throw new Error('Chromium does not tell how long its tasks took')
    return seconds * 1_000
  }
}

/** Whether nothing is wider than the page. */
const fits = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth') as Promise<boolean>

describePage('the life of a coupon and of an order', 'zh-CN', (words) => {
  test('a coupon’s states are a picture, with the ways that it went; the buttons are those that lead on', async ({
    page,
    server,
    send,
    control,
  }) => {
    await control.freeze()
    await send(use('U1'))
    await page.goto(`${server.url}/_mock${COUPON}`)
    const diagram = page.getByRole('img', { name: words.life.diagram('USED') })
    await diagram.waitFor()
    await expect.poll(() => diagram.locator('.present').textContent()).toContain('USED')
    await expect
      .poll(() => diagram.locator('.gone').allTextContents())
      .toEqual([expect.stringMatching(/(Redeem|核销).*\d\d-\d\d\d\d:\d\d:\d\d$/s)])
    const buttons = page.getByRole('region', { name: words.life.actions }).getByRole('button')
    await expect.poll(() => buttons.allTextContents()).toEqual(['退券', '过期后退券'])
    await page.getByRole('button', { name: '过期后退券', exact: true }).click()
    await page.getByRole('img', { name: words.life.diagram('EXPIRED') }).waitFor()
    await expect.poll(() => diagram.or(page.getByRole('img')).locator('.gone').count()).toBe(2)
    for (const width of [1_440, 390]) {
      await page.setViewportSize({ width, height: 900 })
      expect(await fits(page)).toBe(true)
      await expect.poll(() => badlyPlaced(page.locator('.state-diagram'))).toEqual([])
      await picture(page, `life-coupon-zh-${width}`)
    }
    expect(page.complaints).toEqual([])
  })

  test('the time line says the states around each event, and why a call changed nothing', async ({
    page,
    server,
    send,
    control,
  }) => {
    await control.addOrder({ out_trade_no: 'T1', state: 'NOTPAY' })
    await send({
      method: 'POST',
      target: '/v3/marketing/busifavor/coupons/associate',
      body: { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T1', out_request_no: 'A1' },
    })
    await send(use('U1'))
    await send(use('U1'))
    await send(use('U2'))
    await page.goto(`${server.url}/_mock${COUPON}`)
    const entries = page.locator('.timeline > li')
    await expect.poll(() => entries.count()).toBe(5)
    await expect
      .poll(() => entries.allTextContents())
      .toEqual([
        expect.stringContaining(words.life.reasons.refused),
        expect.stringContaining(words.life.reasons.repeated),
        expect.stringContaining('SENDED → USED'),
        expect.stringContaining(words.life.stays('SENDED')),
        expect.stringContaining('→ SENDED'),
      ])
    await expect.poll(() => entries.first().textContent()).toContain('核销')

    await page.locator('.facts').getByRole('link', { name: 'T1' }).click()
    await page.getByRole('heading', { name: /^NOTPAY .* T1$/ }).waitFor()
    await page.goBack()
    await page.locator('.facts').getByRole('link', { name: '100088' }).click()
    await page.getByRole('heading', { name: /^RUNNING .* 100088$/ }).waitFor()
    const coupons = page.getByRole('region', { name: '此批次的券' })
    await coupons.getByRole('link', { name: /sxxe34343434/ }).waitFor()
    await coupons.getByRole('link', { name: words.things.showAll }).click()
    await expect.poll(() => page.locator('.list .rows > li').count()).toBeGreaterThan(1)
    await page.getByTitle(words.things.showAll).click()
    await expect.poll(() => page.getByTitle(words.things.showAll).count()).toBe(0)
    expect(page.complaints).toEqual([])
  })

  test('an order’s states are a picture too, with what was set by hand', async ({ page, server, control }) => {
    await control.freeze()
    await control.addOrder({ out_trade_no: 'PAYS', state: 'NOTPAY', total: 1_234 })
    await page.goto(`${server.url}/_mock#/orders/1900000001/PAYS`)
    await page.getByRole('button', { name: '支付中', exact: true }).click()
    await page.getByRole('img', { name: words.life.diagram('USERPAYING') }).waitFor()
    await page.getByRole('button', { name: '支付', exact: true }).click()
    await page.getByRole('img', { name: words.life.diagram('SUCCESS') }).waitFor()
    await page.getByRole('button', { name: '退回剩余金额' }).click()
    await page.getByRole('img', { name: words.life.diagram('REFUND') }).waitFor()
    const diagram = page.locator('.state-diagram')
    await expect.poll(() => diagram.locator('.gone').count()).toBe(3)
    const entries = page.locator('.timeline').last().locator('> li')
    await expect
      .poll(() => entries.allTextContents())
      .toEqual([
        expect.stringContaining('SUCCESS → REFUND'),
        expect.stringContaining('USERPAYING → SUCCESS'),
        expect.stringContaining('NOTPAY → USERPAYING'),
        expect.stringContaining('→ NOTPAY'),
      ])
    for (const width of [1_440, 390]) {
      await page.setViewportSize({ width, height: 900 })
      expect(await fits(page)).toBe(true)
      await expect.poll(() => badlyPlaced(diagram)).toEqual([])
      await picture(page, `life-order-zh-${width}`)
    }
    expect(page.complaints).toEqual([])
  })

  test('a story shows who called whom, what was refused or lost, and what no call did; each arrow opens its exchange', async ({
    page,
    server,
    send,
    control,
  }) => {
    const to = await startReceiver()
    onTestFinished(() => to.close())
    await control.freeze()
    await send(use('U1'))
    await send(use('U2'))
    await control.planFault({ operation: 'returnCoupon', effect: 'answer_lost' })
    await send({
      method: 'POST',
      target: '/v3/marketing/busifavor/coupons/return',
      body: { stock_id: '100088', coupon_code: 'sxxe34343434', return_request_no: 'R1' },
    }).catch(() => undefined)
    await control.advance('P1D')
    await control.patchCoupon('100088', 'sxxe34343434', { state: 'DEACTIVATED' })
    await control.sendNotification({
      event_type: 'COUPON.SEND',
      url: to.url,
      resource: { stock_id: '100088', coupon_code: 'sxxe34343434' },
    })
    await page.goto(`${server.url}/_mock${COUPON}`)
    await page.getByRole('button', { name: words.story.diagram }).click()
    const story = page.getByRole('region', { name: words.story.diagram })
    const talks = story.locator('.talk')
    await expect.poll(() => talks.count()).toBe(4)
    await expect.poll(() => story.locator('.wrong-way').count()).toBe(2)
    await expect.poll(() => story.locator('.cross').count()).toBe(1)
    // Each answer has its arrow, also where panes stand side by side.
    expect(
      await page.evaluate(
        `[...document.querySelectorAll('.story .reply')].map((one) => getComputedStyle(one).display)`,
      ),
    ).toEqual(['inline', 'inline', 'inline', 'inline'])
    await expect
      .poll(() => story.locator('.about-clock').allTextContents())
      .toEqual(expect.arrayContaining([words.story.later(words.story.span(1, 0, 0))]))
    await expect.poll(() => story.locator('.about-change').last().textContent()).toContain('SENDED → DEACTIVATED')
    for (const width of [1_440, 390]) {
      await page.setViewportSize({ width, height: 900 })
      expect(await fits(page)).toBe(true)
      await expect.poll(() => badlyPlaced(story)).toEqual([])
      await picture(page, `story-zh-${width}`)
    }
    await page.getByRole('button', { name: words.story.copyMermaid }).click()
    await page.getByText(words.copied).waitFor()
    const mermaid = (await page.evaluate('navigator.clipboard.readText()')) as string
    expect(mermaid).toMatch(/^sequenceDiagram\n {2}participant shop as /)
    expect(mermaid).toMatch(/pay--xshop: /)

    await talks.nth(1).click()
    await page.getByRole('region', { name: words.exchange.label }).waitFor()
    const [, refused] = await control.journal()
    await expect.poll(() => page.url()).toContain(refused?.id)
    expect(page.complaints).toEqual([])
  })
})

describeInEachLanguage('the life of a product coupon', (_, language) => {
  test.override('language', language)

  test('has a place for every state, and for every label, whichever way it went', async ({ page, server, control }) => {
    const batch = { stock_id: '1000000013001', brand_id: '40001' }
    await control.addProductCouponStock(batch)
    const at = (hour: number) => `2026-11-25T${hour}:00:00+08:00`
    const confirmed = { receive_time: at(12), valid_begin_time: at(12), confirm_time: at(13) }
    const usage = { use_request_no: 'USE_0001', use_time: at(14) }
    const lives = {
      CONFIRMING: { receive_time: at(12) },
      PENDING: { ...confirmed, valid_begin_time: at(23) },
      EFFECTIVE: { ...confirmed, usage: { ...usage, return_request_no: 'RETURN_0001', return_time: at(15) } },
      USED: { ...confirmed, usage },
      EXPIRED: { ...confirmed, valid_end_time: at(15) },
      DEACTIVATED: { ...confirmed, deactivate_time: at(15) },
      DELETED: { ...confirmed, delete_time: at(15) },
    }
    await control.setClock({ now: at(16) })
    await control.addUserProductCoupons(
      Object.entries(lives).map(([coupon_code, life]) => ({ ...batch, ...life, coupon_code })),
    )
    const found: string[] = []
    for (const [place, count] of [
      ['product_coupon_stocks/1900000001/1000000013001', 5],
      ...Object.keys(lives).map((code) => [`user_product_coupons/1900000001/1000000013001/${code}`, 7] as const),
    ] as const) {
      await page.goto(`${server.url}/_mock#/${place}`)
      const diagram = page.locator('.state-diagram')
      await expect.poll(() => diagram.locator('.state').count()).toBe(count)
      const places = await diagram
        .locator('.state rect')
        .evaluateAll((boxes) => boxes.map((box) => `${box.getAttribute('x')} ${box.getAttribute('y')}`))
      expect(new Set(places).size).toBe(count)
      await picture(page, `life-${place.split('/').at(-1)}-${language}`)
      found.push(...(await badlyPlaced(diagram)).map((text) => `${place}: ${text}`))
    }
    expect(found).toEqual([])
  })
})

describePage('a story', 'en', () => {
  test('of a thousand calls is shown in steps, and stays smooth', async ({ page, server, send }) => {
    await send(use('U0'))
    const [exchange] = await engineOf(server.mock).exchanges.list()
    if (!exchange) throw new Error('The journal is empty')
    for (let i = 0; i < 2_000; i++) engineOf(server.mock).journal.add({ ...exchange, id: `N${i}` })
    await page.goto(`${server.url}/_mock${COUPON}`)
    const busyMs = await processorTime(page)
    const taken: number[] = []
    const take = async (step: () => Promise<unknown>) => {
      const before = await busyMs()
      await step()
      taken.push((await busyMs()) - before)
    }
    const talks = page.locator('.talk')
    await take(async () => {
      await page.getByRole('button', { name: 'Sequence diagram' }).click()
      await expect.poll(() => talks.count()).toBe(50)
    })
    const earlier = page.getByRole('button', { name: /earlier/ })
    for (let count = 150; count <= 950; count += 100) {
      await take(async () => {
        await earlier.click()
        await expect.poll(() => talks.count()).toBe(count)
      })
    }
    await take(async () => {
      await earlier.click()
      await expect.poll(() => talks.count()).toBe(1_000)
    })
    await expect.poll(() => earlier.count()).toBe(0)
    await take(async () => {
      await send(use('U0'))
      await page.waitForTimeout(2_000)
    })
    await expect.poll(() => talks.count()).toBe(1_000)
    console.log(`of the processor, steps to 1,000 calls took ${taken.map(Math.round).join(', ')} ms`)
    expect(Math.max(...taken)).toBeLessThan(400)
    expect(page.complaints).toEqual([])
  })
})
