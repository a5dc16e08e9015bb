import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { engineOf, type WechatPayMock } from '../../src/mock.ts'
import { startReceiver } from '../helpers/receiver.ts'
import { describePage, pick, test } from './chromium.ts'

const ASSOCIATE = '/v3/marketing/busifavor/coupons/associate'
const link = (out_request_no: string) => ({
  method: 'POST' as const,
  target: ASSOCIATE,
  body: { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T1', out_request_no },
})

/** Fills the journal with copies of a call. */
async function copies({ mock }: { readonly mock: WechatPayMock }, count: number, prefix = 'COPY') {
  const [exchange] = await engineOf(mock).exchanges.list()
  if (!exchange) throw new Error('The journal is empty')
  for (let i = 0; i < count; i++) engineOf(mock).journal.add({ ...exchange, id: `${prefix}${i}` })
}

/** Bounding box of an existing element. */
async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).boundingBox()
  if (!box) throw new Error(`${selector} is not shown`)
  return box
}

/** Waits until the page has painted its latest state: scroll observers fire before each frame. */
async function settled(page: Page) {
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))',
  )
}

describePage('what a list and its detail hold to', 'en', (words) => {
  test('the list is scrolled while one of its things is open', async ({ page, server, send }) => {
    await send(link('A1'))
    await copies(server, 60)
    await page.setViewportSize({ width: 1360, height: 700 })
    await page.goto(`${server.url}/_mock#/exchanges/COPY0`)
    const last = page.locator('.rows > li').last()
    await last.waitFor()
    await page.locator('.list').hover()
    for (let i = 0; i < 10; i++) await page.mouse.wheel(0, 1_000)

    await expect.poll(async () => (await last.boundingBox())?.y ?? 9_999).toBeLessThan(700)
    await page.getByRole('button', { name: words.showMore }).click({ trial: true })
  })

  test('the header covers neither pane, however wide the page is', async ({ page, server, send }) => {
    await send(link('A1'))
    const [{ id } = { id: '' }] = await server.control.journal()
    for (const width of [1_000, 1_024, 1_180, 1_181, 1_440]) {
      await page.setViewportSize({ width, height: 700 })
      await page.goto(`${server.url}/_mock#/exchanges/${id}`)
      await page.locator('.detail h2').waitFor()
      const header = await boxOf(page, 'header.top')
      for (const pane of ['.list', '.detail']) {
        const { y, height } = await boxOf(page, pane)
        expect(y, `${pane} at ${width}`).toBeGreaterThanOrEqual(header.height)
        expect(y + height, `${pane} at ${width}`).toBeLessThanOrEqual(700)
      }
    }

    // A chosen row leaves its badge to be seen.
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.locator('.rows > li.opened .badge.good').waitFor()
      const [badge, row] = (await page.evaluate(`['.rows > li.opened .badge.good', '.rows > li.opened > a'].map(
          (one) => getComputedStyle(document.querySelector(one)).backgroundColor.match(/[0-9.]+/g).map(Number))`)) as [
        number[],
        number[],
      ]
      const distance = Math.hypot(...badge.map((part, i) => part - (row[i] ?? 0)))
      expect(distance, colorScheme).toBeGreaterThan(12)
    }
  })

  test('what is lost on the way, as when the network changes, is asked for again', async ({ page, server, send }) => {
    await send(link('A1'))
    const [{ id } = { id: '' }] = await server.control.journal()
    await page.route(`**/_mock/journal/${id}`, (route) => route.abort('internetdisconnected'), { times: 1 })
    await page.goto(`${server.url}/_mock#/exchanges/${id}`)
    await page.locator('.detail h2').waitFor()
  })

  test('an opened one is closed, all are cleared, and the filter stays', async ({ page, server, send, control }) => {
    await send(link('Needle'))
    await page.goto(`${server.url}/_mock#/exchanges?text=needle`)
    await page.locator('.rows a').click()
    await page.locator('.detail h2').waitFor()
    const [{ id } = { id: '' }] = await control.journal()
    await control.replayExchange(id)
    await expect.poll(() => page.locator('.rows > li').count()).toBe(2)
    await expect.poll(() => page.url()).toContain('text=needle')

    await page.getByRole('link', { name: words.close }).click()
    await page.locator('.detail').waitFor({ state: 'detached' })
    await expect.poll(() => page.url()).toMatch(/#\/exchanges\?text=needle$/)
    await expect.poll(() => page.getByRole('searchbox', { name: words.exchanges.search }).inputValue()).toBe('needle')

    // Clearing asks first, and says how much it clears, whatever the filter.
    await send(link('A1'))
    const question = page.getByRole('dialog', { name: words.exchanges.clearQuestion(3) })
    await page.getByRole('button', { name: words.exchanges.clear }).click()
    await question.getByText(words.exchanges.clearLoses).waitFor()
    await question.getByRole('button', { name: words.cancel }).click()
    expect(await control.journalCount()).toBe(3)
    await page.getByRole('button', { name: words.exchanges.clear }).click()
    await question.getByRole('button', { name: words.exchanges.clear }).click()
    await page.getByText(words.exchanges.cleared).waitFor()
    expect(await control.journalCount()).toBe(0)
    await expect.poll(() => page.url()).toContain('text=needle')
  })

  test('the row under the pointer stays there while others come in, and what is new waits', async ({
    page,
    server,
    send,
    control,
  }) => {
    await send(link('A1'))
    await copies(server, 20)
    await page.goto(`${server.url}/_mock`)
    const third = page.locator('.rows > li').nth(2)
    await third.waitFor()
    await third.hover()
    const { y } = await boxOf(page, 'a[href*="COPY17"]')
    const newOnes = (count: number) => page.getByRole('button', { name: words.newOnes(count) })
    for (const burst of [1, 2, 3]) {
      await copies(server, 5, `BURST${burst}-`)
      await newOnes(5 * burst).waitFor()
      expect((await boxOf(page, 'a[href*="COPY17"]')).y).toBe(y)
    }
    // More than a page of them cannot be counted.
    await copies(server, 60, 'MANY')
    await page.getByRole('button', { name: words.newOnes(50, true) }).click()
    await page.locator('a[href*="MANY59"]').waitFor()
    await expect.poll(() => page.locator('.waiting > button').count()).toBe(0)

    // Effects of one's own actions do not wait, nor do later calls while the pointer rests.
    await control.planFault({ effect: 'hold' })
    const held = send(link('HELD'))
    const letThrough = page.getByRole('button', { name: words.held.letThrough })
    await letThrough.waitFor()
    await third.hover()
    await copies(server, 1, 'OTHER')
    await newOnes(1).waitFor()
    await letThrough.press('Enter')
    expect((await held).status).toBe(200)
    await page.locator('a[href*="OTHER0"]').waitFor()
    await copies(server, 1, 'LATER')
    await page.locator('a[href*="LATER0"]').waitFor()
    await third.hover({ position: { x: 9, y: 9 } })
    await copies(server, 1, 'LAST')
    await newOnes(1).waitFor()

    // When the pointer leaves the list, it follows new exchanges by itself.
    await page.getByRole('searchbox', { name: words.exchanges.search }).hover()
    await copies(server, 1, 'AFTER')
    await page.locator('a[href*="AFTER0"]').waitFor()
  })

  test('a list that is scrolled stays where it is', async ({ page, server, send }) => {
    await send(link('A1'))
    await copies(server, 40)
    await page.setViewportSize({ width: 1_360, height: 600 })
    await page.goto(`${server.url}/_mock`)
    await page.locator('a[href*="COPY39"]').waitFor()
    await page.evaluate('scrollTo(0, 800)')
    await settled(page)
    await copies(server, 5, 'NEW')
    await page.getByRole('button', { name: words.newOnes(5) }).click()
    await page.locator('a[href*="NEW4"]').waitFor()
    expect(await page.evaluate('scrollY')).toBeLessThan(300)
  })

  test('rows have their final text at once, also before the calls of the mock are loaded', async ({
    page,
    server,
    send,
  }) => {
    await send(link('A1'))
    await page.route('**/_mock/operations**', () => {})
    await page.goto(`${server.url}/_mock`)
    await page.locator('.rows').getByText('Link a coupon to an order').waitFor()
    await expect.poll(() => page.locator('.rows .row-name').allTextContents()).toEqual(['Link a coupon to an order'])
  })

  test('a list and a detail say that they are being loaded', async ({ page, server, send }) => {
    await send(link('A1'))
    const [{ id } = { id: '' }] = await server.control.journal()
    let answer = () => {}
    const answered = new Promise<void>((resolve) => {
      answer = resolve
    })
    await page.route('**/_mock/journal/**', async (route) => {
      await answered
      await route.continue()
    })
    await page.goto(`${server.url}/_mock#/exchanges/${id}`)
    const loading = page.getByRole('status').filter({ hasText: words.loading })
    await expect.poll(() => loading.count()).toBe(2)
    const busy = page.locator('.pane[aria-busy=true]')
    await expect.poll(() => busy.count()).toBe(2)
    await expect.poll(() => loading.locator('.bone').count()).toBeGreaterThan(10)
    answer()
    await page.locator('.detail h2').waitFor()
    await expect.poll(() => loading.count()).toBe(0)
    await expect.poll(() => busy.count()).toBe(0)
  })

  test('what is answered at once is not stood in for, and nothing moves for who wants no motion', async ({
    page,
    server,
  }) => {
    await page.route('**/_mock/journal/**', () => {})
    const animations = () =>
      page.evaluate<readonly { name: string; delay: number; opacity: string }[]>(`(() => {
          const named = (element) => element.getAnimations().map((one) => {
            one.pause()
            one.currentTime = 140
            return {
              name: one.animationName,
              delay: one.effect.getTiming().delay,
              opacity: getComputedStyle(element).opacity,
            }
          })
          return [document.querySelector('.list .loading'), document.querySelector('.list .bone')].flatMap(named)
        })()`)
    for (const reducedMotion of ['no-preference', 'reduce'] as const) {
      await page.emulateMedia({ reducedMotion })
      await page.goto('about:blank')
      await page.goto(`${server.url}/_mock#/coupons`)
      await page.goto(`${server.url}/_mock#/exchanges`)
      await page.locator('.list .loading').waitFor({ state: 'attached' })
      const [appears, ...others] = await animations()
      expect(appears).toEqual({ name: 'loading-appears', delay: 150, opacity: '0' })
      expect(others.map(({ name }) => name)).toEqual(reducedMotion === 'reduce' ? [] : ['bone-breathes'])
    }
  })

  test('a phone shows the clock, and rows name their coupon and order, and nothing is cut away unseen', async ({
    page,
    server,
    send,
  }) => {
    await send(link('A1'))
    await server.control.setClock({ now: '2031-02-03T04:05:06+08:00', frozen: true })
    await page.setViewportSize({ width: 390, height: 800 })
    await page.goto(`${server.url}/_mock`)
    await page.locator('header .clock').getByText('2031-02-03').waitFor()
    await page.locator('header .clock').getByText('04:05:06').waitFor()
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    await page.locator('.rows .row-about').getByText('sxxe34343434 ⇄ T1').waitFor()
    await page.goto(`${server.url}/_mock#/coupons`)
    await page.locator('.rows').getByText('COUPON_EXPIRED').waitFor()
    const parts = page.locator('.rows .what, .rows .aside')
    for (const part of await parts.all()) {
      const box = await part.boundingBox()
      expect(box?.width).toBeGreaterThan(100)
      expect((box?.x ?? 390) + (box?.width ?? 0)).toBeLessThanOrEqual(378)
    }
  })

  test('a date stands over the rows where the day changes', async ({ page, server, send, control }) => {
    await control.changeSettings({ signature_clock: 'machine' })
    await control.setClock({ now: '2031-02-03T23:00:00+08:00', frozen: true })
    await send(link('A1'))
    await send(link('A2'))
    await control.advance('PT2H')
    await send(link('A3'))
    await page.goto(`${server.url}/_mock`)
    const times = page.locator('.rows :is(.day, time)')
    const before = ['2031-02-03', '23:00:00.000', '23:00:00.000']
    // Today's stands beside the clock.
    await expect.poll(() => times.allTextContents()).toEqual(['01:00:00.000', ...before])
    await control.advance('P1D')
    await expect.poll(() => times.allTextContents()).toEqual(['2031-02-04', '01:00:00.000', ...before])
    // A row is one line high, with or without a date above it.
    expect(await page.locator('.rows a').evaluateAll((rows) => rows.map((row) => row.clientHeight))).toEqual([
      38, 38, 38,
    ])
  })

  test('a call that a fault has spoiled does not look like one that went well', async ({
    page,
    server,
    send,
    control,
  }) => {
    await send(link('A1'))
    for (const fault of [
      { effect: 'answer_lost' },
      { effect: 'half_body' },
      { effect: 'delay', delay_ms: 1 },
      { effect: 'bad_signature' },
    ] as const) {
      await control.planFault(fault)
      await send(link(fault.effect)).catch(() => undefined)
    }
    await page.goto(`${server.url}/_mock`)
    const rows = page.locator('.rows > li')
    await expect.poll(() => rows.count()).toBe(5)
    const { inShort, badlySigned } = words.marks
    await expect
      .poll(() => page.locator('.rows .badge.fault').allTextContents())
      .toEqual([badlySigned, inShort.delay, inShort.half_body, inShort.answer_lost].map((mark) => `⚡${mark}`))
    await expect.poll(() => page.locator('.rows .badge.good').count()).toBe(1)
    await page.setViewportSize({ width: 1_024, height: 700 })
    expect(
      await page.evaluate(`[...document.querySelectorAll('.row-status, .row-call, .row-head, .row-head > .badge')].every(
          ({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)`),
    ).toBe(true)
    await rows.nth(3).locator('a').click()
    await page.locator('.detail h2 .badge.fault').waitFor()
    await page.getByRole('region', { name: words.exchange.why }).getByText('answer_lost').waitFor()
    // The page marks an answer that the client never saw, so that nobody mistakes it for one.
    const { response, arrivals } = words.exchange
    await page.getByRole('heading', { name: `${response} · 200 · ${arrivals.reset}`, exact: true }).waitFor()
    await rows.nth(2).locator('a').click()
    await page.getByRole('heading', { name: `${response} · 200 · ${arrivals.half_body}`, exact: true }).waitFor()
    await rows.nth(4).locator('a').click()
    await page.getByRole('heading', { name: `${response} · 200`, exact: true }).waitFor()
  })

  test('it is said that large exchanges have pushed older ones out', async ({ page, server, send }) => {
    await send(link('A1'))
    const [exchange] = await engineOf(server.mock).exchanges.list()
    if (!exchange?.response) throw new Error('The journal is empty')
    const body = new Uint8Array(65_536)
    for (let i = 0; i < 300; i++) {
      engineOf(server.mock).journal.add({ ...exchange, id: `L${i}`, request: { ...exchange.request, body } })
    }
    const { dropped } = await server.control.journalPage()
    if (!dropped) throw new Error('Nothing was dropped')
    expect(dropped).toEqual({ by_number: 0, by_size: expect.any(Number) })
    await page.goto(`${server.url}/_mock`)
    await page.getByText(words.exchanges.droppedBySize(dropped.by_size)).waitFor()
  })

  test('an effect that is chosen stands alone, unless an error is chosen too', async ({ page, server, control }) => {
    await page.goto(`${server.url}/_mock#/faults`)
    await page.getByText(words.faults.advanced).click()
    const form = page.getByRole('form', { name: words.faults.advanced })
    const error = form.getByRole('combobox', { name: words.faults.error })
    const effect = form.getByRole('combobox', { name: words.faults.effect, exact: true })
    await expect.poll(() => error.inputValue()).toBe('500 SYSTEM_ERROR 系统异常，请稍后重试')
    await effect.selectOption('answer_lost')
    await expect.poll(() => error.inputValue()).toBe(words.faults.noError)
    await form.getByRole('button', { name: words.faults.add, exact: true }).click()
    await page.getByText(words.faults.added).waitFor()
    const [planned] = await control.faults()
    expect(planned).toMatchObject({ effect: 'answer_lost' })
    expect(planned).not.toHaveProperty('error')

    await pick(error, 'rate_limited')
    await effect.selectOption('slow_drip')
    await expect.poll(() => error.inputValue()).toBe('429 FREQUENCY_LIMITED 频率限制')
  })

  test('a batch that is chosen stays so when a newer one arrives', async ({ page, server, control }) => {
    await page.goto(`${server.url}/_mock#/coupons`)
    await page.getByText('Receive a coupon', { exact: true }).click()
    const batch = page.getByRole('combobox', { name: 'Batch' })
    await expect.poll(() => batch.inputValue()).not.toBe('')
    const chosen = await batch.inputValue()
    await control.addStock({ stock_id: '999999', stock_name: 'Newer' })
    await batch.locator('option', { hasText: '999999' }).waitFor({ state: 'attached' })
    await expect.poll(() => batch.inputValue()).toBe(chosen)
    await page.getByRole('button', { name: 'Hand out a coupon', exact: true }).click()
    await page.getByText('The user has received a coupon.').waitFor()
    expect((await control.coupons({ stock_id: '999999' })).total).toBe(0)
  })

  test('a callback that the receiver refuses is not told of as a success', async ({ page, server, control }) => {
    const receiver = await startReceiver(500)
    await using stack = new AsyncDisposableStack()
    stack.defer(() => receiver.close())
    const { id } = await control.sendNotification({ event_type: 'REFUND.SUCCESS', url: receiver.url })
    const [attempt] = await control.journal({ callbacks: 'only' })
    for (const [address, button] of [
      [`#/callbacks/${id}`, words.callbacks.repeat],
      [`#/exchanges/${attempt?.id}`, words.exchange.repeatCallback],
    ] as const) {
      await page.goto(`${server.url}/_mock${address}`)
      await page.getByRole('button', { name: button, exact: true }).click()
      await page.locator('.notice.failed').getByText(words.callbacks.outcomes.refused(500)).last().waitFor()
      await page.reload()
    }
    await receiver.close()
    await page.goto(`${server.url}/_mock#/callbacks`)
    await page.getByText(words.callbacks.send, { exact: true }).click()
    await page.getByRole('textbox', { name: words.callbacks.url }).fill(receiver.url)
    await page.getByRole('button', { name: words.callbacks.sendNow }).click()
    await page.locator('.notice.failed').getByText(words.callbacks.outcomes.failed('')).waitFor()
    expect((await control.notifications()).map(({ url, state }) => [url, state])).toEqual([
      [receiver.url, 'pending'],
      [receiver.url, 'pending'],
    ])
  })

  test('what is wrong with a field is said in the language of the page', async ({ page, server }) => {
    await page.goto(`${server.url}/_mock#/clock`)
    const submit = page.getByRole('button', { name: words.clock.move, exact: true })
    await submit.click()
    const saidOf = (name: string, within: Page | Locator = page) =>
      within
        .locator('input')
        .and(within.getByLabel(name))
        .evaluate((field) => (field as unknown as { validationMessage: string }).validationMessage)
    await expect.poll(() => saidOf(words.clock.moveBy)).toBe(words.fields.missing)
    await page.getByLabel(words.clock.moveBy).fill('PT1H')
    await submit.click()
    await page.getByText(words.clock.moved).waitFor()

    await page.goto(`${server.url}/_mock#/faults`)
    await page.getByText(words.faults.advanced).click()
    const form = page.getByRole('form', { name: words.faults.advanced })
    await form.getByRole('textbox', { name: words.faults.merchant }).fill('abc')
    await form.getByRole('button', { name: words.faults.add, exact: true }).click()
    await expect.poll(() => saidOf(words.faults.merchant, form)).toBe(words.fields.unfit)
    await form.getByRole('textbox', { name: words.faults.merchant }).fill('')
    await form.getByRole('spinbutton', { name: words.faults.times, exact: true }).fill('0')
    await form.getByRole('button', { name: words.faults.add, exact: true }).click()
    await expect.poll(() => saidOf(words.faults.times, form)).toBe(words.fields.outOfRange('1', '1000000'))
    await form.getByRole('spinbutton', { name: words.faults.times, exact: true }).fill('1')
    await form.getByRole('button', { name: words.faults.add, exact: true }).click()
    await page.getByText(words.faults.added).waitFor()
  })
})

describePage('with a control token', 'en', () => {
  test.override('controlToken', 'open sesame')

  test('an answer to an earlier token does not call the right one wrong', async ({ page, server }) => {
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const held: string[] = []
    await page.route('**/_mock/overview', async (route) => {
      if (route.request().headers().authorization !== 'Bearer open sesame') {
        held.push(route.request().url())
        await released
      }
      await route.continue()
    })
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('textbox', { name: 'Token' }).fill('wrong')
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByText('The mock rejected this token.').waitFor()
    await page.getByRole('textbox', { name: 'Token' }).fill('open sesame')
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByText('live', { exact: true }).waitFor()
    expect(held.length).toBeGreaterThan(0)
    const answered = page.waitForResponse((one) => one.url().endsWith('/overview') && one.status() === 401)
    release()
    await (await answered).finished()
    await settled(page)
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  })
})
