import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { engineOf } from '../../src/mock.ts'
import type { MerchantAnswer, MerchantRequest } from '../../src/testing/merchant-client.ts'
import { isRepresentative } from '../helpers/representative.ts'
import { ALSO, seriousFindings } from './axe.ts'
import { describeInEachLanguage, describePage, expectFit, picture, test, viewsOf } from './chromium.ts'

const ASSOCIATE = '/v3/marketing/busifavor/coupons/associate'
const COUPON = 'COUPON202611300000000000000000'
const ORDER = 'SHOP20261130000000000000000'
const WRONG = { signInstead: { method: 'post' } }

/** A request to link a coupon to an order, which are named by the ends of their numbers. */
const named = (request: string, order = '41', coupon = 'sxxe34343434') => ({
  stock_id: '100088',
  coupon_code: coupon,
  out_trade_no: `${ORDER}${order}`,
  out_request_no: `REQUEST-${request}`,
})

const link = (request: string, more: Partial<MerchantRequest> = {}, order?: string, coupon?: string) => ({
  method: 'POST',
  target: ASSOCIATE,
  body: named(request, order, coupon),
  ...more,
})

/** Refusals that differ in their cause, coupon, order, number or call, and in nothing else. */
const REFUSALS: readonly MerchantRequest[] = [
  link('2026-0001', WRONG),
  link('2026-0001', WRONG, '42'),
  link('2026-0001', { signInstead: { target: `${ASSOCIATE}/` } }),
  link('2026-0001', { signInstead: { body: Buffer.from('{}') } }),
  link('2026-0001', { timestamp: 1_000 }),
  link('2026-0001', { headers: { 'User-Agent': undefined }, signed: false }),
  link('2026-0001', { authorization: { serialNo: 'ABCDEF' } }),
  link('2026-0001', {}, '41', `${COUPON}41`),
  link('2026-0001', {}, '41', `${COUPON}42`),
  link('2026-0002', {}, '41', `${COUPON}42`),
  link('2026-0001', { body: { ...named('2026-0001'), stock_id: null } }),
  link('2026-0001'),
]

/** Sends all of them; the coupon is linked to another order. */
async function refuse(send: (request: MerchantRequest) => Promise<MerchantAnswer>): Promise<void> {
  await send(link('FIRST', { body: { ...named('FIRST'), out_trade_no: 'T1' } }))
  for (const request of REFUSALS) expect((await send(request)).status).toBeGreaterThanOrEqual(400)
}

/** The text of each element that a person can see: without what is clipped, and what an ellipsis stands for. */
const seen = (page: Page, selector: string) =>
  page.evaluate<string[]>(`(() => {
    const isSeen = (char, rect, element, row) => {
      if (rect.width === 0 && char.trim() !== '') return false
      for (let one = element; one !== row; one = one.parentElement) {
        const { overflowX, display } = getComputedStyle(one)
        if (overflowX === 'visible' || display === 'contents') continue
        const clip = one.getBoundingClientRect()
        // The browser puts an ellipsis for less than a pixel, which the rounded widths do not tell.
        const all = document.createRange()
        all.selectNodeContents(one)
        const isCut = one === element && display !== 'flex' && all.getBoundingClientRect().width > clip.width + 0.02
        const ellipsis = isCut ? 14 : 0
        if (rect.left < clip.left - 1 || rect.right > clip.right - ellipsis + 1) return false
      }
      return true
    }
    return [...document.querySelectorAll(${JSON.stringify(selector)})].map((row) => {
      const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT)
      let text = ''
      while (walker.nextNode()) {
        const node = walker.currentNode
        if (node.parentElement.closest('.row-took, .row-time')) continue
        const range = document.createRange()
        for (let i = 0; i < node.length; i++) {
          range.setStart(node, i)
          range.setEnd(node, i + 1)
          if (isSeen(node.data[i], range.getBoundingClientRect(), node.parentElement, row)) text += node.data[i]
        }
        text += ' '
      }
      return text.replaceAll(/\\s+/g, ' ').trim()
    })
  })()`)

describeInEachLanguage('refused calls in the list', (words, language) => {
  test('each looks different, with its cause first, and both ends of its numbers', { timeout: 120_000 }, async ({
    page,
    server,
    send,
    control,
  }) => {
    await refuse(send)
    const [unsigned] = await control.journal({ status: 401 })
    for (const [width, opened] of [
      [1_440, false],
      [1_440, true],
      [1_280, false],
      [1_280, true],
      [390, false],
    ] as const) {
      await page.setViewportSize({ width, height: 1_000 })
      await page.goto(`${server.url}/_mock#/exchanges${opened ? `/${unsigned?.id}` : ''}?outcome=error`)
      await expect.poll(() => page.locator('.rows > li').count()).toBe(REFUSALS.length)
      if (opened) await page.locator('.detail h2').waitFor()
      const place = `${width} ${opened ? 'opened' : ''}`
      // The names of the calls load by themselves.
      const named = /4\d\d \S.*(sxxe34343434|COUP\S* 0004[12]).* SHO\S* 0004[12]/
      await expect
        .poll(async () => (await seen(page, '.rows a')).filter((row) => !named.test(row)), { message: place })
        .toEqual([])
      const rows = await seen(page, '.rows a')
      expect(new Set(rows).size, `${place}\n${rows.join('\n')}`).toBe(REFUSALS.length)
      const cause = language === 'en' ? '401 The method was signed as post.' : '401 请求方法被签为 post。'
      expect(
        rows.filter((row) => row.startsWith(cause)),
        place,
      ).toHaveLength(2)
      await picture(page, `refused-rows-${language}-${width}${opened ? '-opened' : ''}`)
    }
    // A call that went well has no reason, and its name first.
    await page.goto(`${server.url}/_mock#/exchanges?outcome=2xx`)
    await expect.poll(() => page.locator('.rows > li').count()).toBe(1)
    await expect.poll(() => page.locator('.row-reason').count()).toBe(0)
    expect(page.complaints).toEqual([])
  })

  test('errors are counted by their cause above the list, and one of them narrows it', async ({
    page,
    server,
    send,
  }) => {
    await refuse(send)
    await page.goto(`${server.url}/_mock`)
    const causes = page.getByRole('group', { name: words.exchanges.byCause }).getByRole('button')
    await page.getByRole('button', { name: new RegExp(`^${words.exchanges.outcomes.error} 12$`) }).click()
    await expect.poll(() => causes.count()).toBe(9)
    await expectFit(page, 'causes')
    const causeOf = (name: string, times: number) => causes.filter({ hasText: name }).filter({ hasText: `× ${times}` })
    const methodCase = causeOf('method case', 2)
    await methodCase.click()
    const rows = page.locator('.rows > li')
    await expect.poll(() => rows.count()).toBe(2)
    await expect.poll(() => page.url()).toContain('cause=method_case')
    await expect.poll(() => methodCase.getAttribute('aria-pressed')).toBe('true')
    await expect.poll(() => page.locator('.filter-chips .what').allTextContents()).toEqual(['401 method case'])
    // The others can still be chosen, and a new error counts at once.
    await send(link('2026-0003', WRONG))
    await causeOf('method case', 3).waitFor()
    await expect.poll(() => rows.count()).toBe(3)
    await causeOf('not found', 3).click()
    await expect.poll(() => page.locator('.filter-chips .what').allTextContents()).toEqual(['400 not found'])
    await page.getByRole('button', { name: words.exchanges.removeFilter('400 not found') }).click()
    await expect.poll(() => rows.count()).toBe(13)
    await expect.poll(() => page.url()).not.toMatch(/cause|status/)
    expect(page.complaints).toEqual([])
  })
})

describeInEachLanguage('the head of the list', (words) => {
  test('counts all that is there, and says at the top what is gone', async ({ page, server, send, control }) => {
    await send(link('2026-0001'))
    await send(link('2026-0001', WRONG))
    const [good] = await engineOf(server.mock).exchanges.list()
    if (!good) throw new Error('The journal is empty')
    const request = { ...good.request, headers: {} }
    for (let i = 0; i < 10_169; i++) engineOf(server.mock).journal.add({ ...good, id: `N${i}`, request })
    // The last minutes are empty by then.
    await control.advance('PT6M')
    await page.goto(`${server.url}/_mock`)
    await page.getByText(words.shownOf(50, 10_000)).waitFor()
    await expect
      .poll(() => page.locator('.tabs button').allTextContents())
      .toEqual(
        Object.entries(words.exchanges.outcomes).map(
          ([name, title]) => `${title} ${/all|2xx/.test(name) ? '10,000' : 0}`,
        ),
      )
    const gone = page.getByText(words.exchanges.droppedByNumber(171))
    for (const width of [1_280, 390]) {
      await page.setViewportSize({ width, height: 800 })
      // Both move until the new size is laid out.
      const placeOf = async (one: Locator) => (await one.boundingBox())?.y ?? Number.NaN
      await expect
        .poll(async () => (await placeOf(gone)) < (await placeOf(page.locator('.rows a').first())), {
          message: `${width}`,
        })
        .toBe(true)
    }
    await expectFit(page, 'dropped')
  })

  test('is low, and the question of its last button is whole', async ({ page, server, send, control }) => {
    await refuse(send)
    const [opened] = await control.journal()
    await page.setViewportSize({ width: 1_280, height: 800 })
    for (const address of ['', `#/exchanges/${opened?.id}`]) {
      await page.goto(`${server.url}/_mock${address}`)
      if (address !== '') await page.locator('.detail h2').waitFor()
      await page.locator('.traffic svg a').first().waitFor({ state: 'attached' })
      const row = await page.locator('.rows li').first().boundingBox()
      expect(row?.y).toBeLessThan(0.21 * 800)
    }
    await page.getByRole('button', { name: words.exchanges.clear, exact: true }).click()
    const question = page.getByRole('dialog', { name: words.exchanges.clearQuestion(13) })
    await question.getByText(words.exchanges.clearLoses).waitFor()
    await expectFit(page, 'clear-question')
    expect(await question.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
  })
})

describePage('where space is short', 'en', (words) => {
  test('the marks of faults are whole, and take no room from the views', async ({ page, server, send, control }) => {
    await control.planFault({ error: 'system_error' })
    await send(link('2026-0001'))
    await control.planFault({ effect: 'delay', delay_ms: 1 })
    for (let i = 0; i < 40; i++) await send(link(`2026-${i}`))
    await page.setViewportSize({ width: 1_440, height: 900 })
    await page.goto(`${server.url}/_mock`)
    const places = () =>
      page.evaluate<string>(`[...document.querySelectorAll('.top nav a, .tools select')]
        .map((one) => one.getBoundingClientRect().right).join()`)
    await page.locator('.rows > li').nth(40).waitFor({ state: 'attached' })
    await page.getByRole('navigation', { name: words.navigation }).getByText('Transfers').waitFor()
    const before = await places()
    await control.planFault({ error: 'system_error' })
    await page.getByRole('link', { name: words.faults.active(1) }).waitFor()
    expect(await places()).toBe(before)

    const [opened] = await control.journal()
    await page.goto(`${server.url}/_mock#/exchanges/${opened?.id}`)
    await page.locator('.detail h2').waitFor()
    expect(await places()).toBe(before)
    await expect.poll(() => page.locator('.rows .badge.fault').count()).toBe(2)
    const cut = await page.evaluate(`[...document.querySelectorAll('.rows .badge.fault')]
      .filter((one) => one.getBoundingClientRect().right > one.parentElement.getBoundingClientRect().right).length`)
    expect(cut).toBe(0)
    expect(page.complaints).toEqual([])
  })
})

describePage('every view', 'en', () => {
  test('has the navigation in the same place, and one heading of the page, also where a detail covers the list', {
    timeout: 120_000,
  }, async ({ page, server, send, control }) => {
    await refuse(send)
    await control.planFault({ error: 'system_error' })
    const { id } = await control.sendNotification({ event_type: 'REFUND.SUCCESS', url: 'http://127.0.0.1:1/' })
    const [exchange] = await control.journal()
    await page.goto(`${server.url}/_mock`)
    const views = await viewsOf(page)
    const details = [`#/exchanges/${exchange?.id}`, `#/callbacks/${id}`, '#/coupons/1900000001/100088/sxxe34343434']
    for (const width of [1_280, 390]) {
      await page.setViewportSize({ width, height: 800 })
      const places = new Set<string>()
      for (const address of [...views, ...details]) {
        await page.goto(`${server.url}/_mock${address}`)
        await page
          .locator(details.includes(address) ? '.detail h2' : 'main h1')
          .first()
          .waitFor({ state: 'attached' })
        await page.locator('.loading').first().waitFor({ state: 'detached' })
        places.add(
          await page.evaluate<string>(`[
            document.documentElement.clientWidth,
            document.querySelector('header').getBoundingClientRect().height,
            ...[...document.querySelectorAll('header nav li')].map((one) => one.offsetLeft),
          ].join()`),
        )
        // The other rules are those of a test of their own, at the width of a desk.
        expect(await seriousFindings(page, isRepresentative ? ALSO : undefined), address).toEqual([])
      }
      expect([...places]).toHaveLength(1)
    }
  })
})
