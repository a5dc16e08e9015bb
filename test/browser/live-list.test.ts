import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Exchange } from '../../src/engine/journal/journal.ts'
import { engineOf, type WechatPayMock } from '../../src/mock.ts'
import { describePage, picture, test } from './chromium.ts'

const ASSOCIATE = '/v3/marketing/busifavor/coupons/associate'
const link = (out_request_no: string) => ({
  method: 'POST' as const,
  target: ASSOCIATE,
  body: { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T1', out_request_no },
})
const UNSIGNED = { target: '/v3/certificates', signInstead: { target: '/v3/certificates/' } }

/** Fills the journal with copies of its first call. */
async function copies(
  { mock }: { readonly mock: WechatPayMock },
  count: number,
  change: (exchange: Exchange, i: number) => Partial<Exchange>,
) {
  const [exchange] = await engineOf(mock).exchanges.list()
  if (!exchange) throw new Error('The journal is empty')
  for (let i = 0; i < count; i++) engineOf(mock).journal.add({ ...exchange, ...change(exchange, i) })
}

const withStatus = (status: number, { response }: Exchange): Partial<Exchange> =>
  response ? { response: { ...response, status } } : {}

const rowsOf = (page: Page) => page.locator('.rows > li')
const tabsOf = (page: Page) => page.locator('.tabs button')
const chipsOf = (page: Page) => page.locator('.filter-chips .what')
const openedId = (page: Page) => /#\/exchanges\/([^?]+)/.exec(page.url())?.[1]

describePage('a live list one can read', 'en', (words) => {
  const { outcomes } = words.exchanges

  test('tabs say how many ended in which way, and list those', async ({ page, server, send, control }) => {
    await send(link('A1'))
    await send(UNSIGNED)
    await control.planFault({ error: 'system_error' })
    await send(link('Needle-2'))
    await control.planFault({ effect: 'answer_lost' })
    await send(link('A3')).catch(() => undefined)
    await page.goto(`${server.url}/_mock`)
    const said = (all: number, errors: number, denied: number, broken: number, faulted: number) => [
      `${outcomes.all} ${all}`,
      `${outcomes.error} ${errors}`,
      `2xx ${all - errors}`,
      `4xx ${denied}`,
      `5xx ${broken}`,
      `${outcomes.other} 0`,
      `${outcomes.faulted} ${faulted}`,
    ]
    await expect.poll(() => tabsOf(page).allTextContents()).toEqual(said(4, 2, 1, 1, 2))
    const badges = page.locator('.rows .row-status')
    for (const [tab, rows] of [
      ['error', ['500', '401']],
      ['2xx', ['200', '200']],
      ['4xx', ['401']],
      ['5xx', ['500']],
      ['faulted', ['200', '500']],
      ['all', ['200', '500', '401', '200']],
    ] as const) {
      const button = tabsOf(page).filter({ hasText: outcomes[tab] })
      await button.click()
      await expect.poll(async () => (await badges.allTextContents()).map((text) => text.slice(0, 3))).toEqual(rows)
      await expect
        .poll(() => tabsOf(page).and(page.locator('[aria-pressed=true]')).allTextContents())
        .toEqual(await button.allTextContents())
      // The counts cover everything, whatever is listed.
      await expect.poll(() => tabsOf(page).allTextContents()).toEqual(said(4, 2, 1, 1, 2))
    }
    await tabsOf(page).filter({ hasText: outcomes.error }).click()
    await expect.poll(() => page.url()).toContain('outcome=error')
    await expect.poll(() => chipsOf(page).count()).toBe(0)
    await send(UNSIGNED)
    await expect.poll(() => tabsOf(page).allTextContents()).toEqual(said(5, 3, 2, 1, 2))
    await expect.poll(() => rowsOf(page).count()).toBe(3)
    // The counts follow the search.
    await page.getByRole('searchbox', { name: words.exchanges.search }).fill('Needle-2')
    await expect.poll(() => tabsOf(page).allTextContents()).toEqual(said(1, 1, 0, 1, 1))
    expect(page.complaints).toEqual([])
  })

  test('every filter is a chip, and is taken away there', async ({ page, server, send }) => {
    await send(link('Needle'))
    const hostile = '<img src=x onerror="window.hacked=1">\u202e'
    const query = new URLSearchParams({
      text: hostile,
      operation: 'associateTradeInfo',
      status: '401',
      callbacks: 'no',
      mchid: '1900000001',
      coupon_code: hostile,
      outcome: '2xx',
      from: '2026-11-25T12:00:00+08:00',
      to: '2026-11-25T12:00:14.999+08:00',
    })
    await page.goto(`${server.url}/_mock#/exchanges?${query}`)
    const shown = '<img src=x onerror="window.hacked=1">\\u202e'
    await page.getByText(words.exchanges.nothingFits).waitFor()
    await expect
      .poll(() => chipsOf(page).allTextContents())
      .toEqual([
        `“${shown}”`,
        'Link a coupon to an order',
        `${words.exchanges.status} 401`,
        words.exchanges.callsOnly,
        `${words.exchanges.merchant} 1900000001`,
        `${words.exchanges.coupon} ${shown}`,
        '2026-11-25 12:00:00 – 12:00:14',
      ])
    await picture(page, `live-list-chips-en`)
    const removal = (filter: string) =>
      page.getByRole('button', { name: words.exchanges.removeFilter(filter), exact: true }).click()
    await removal(`“${shown}”`)
    await removal('2026-11-25 12:00:00 – 12:00:14')
    await expect.poll(() => chipsOf(page).count()).toBe(5)
    await expect.poll(() => page.getByRole('searchbox', { name: words.exchanges.search }).inputValue()).toBe('')
    await expect.poll(() => page.url()).not.toMatch(/text=|from=|to=/)
    await page.getByRole('button', { name: words.exchanges.removeFilters }).click()
    await expect.poll(() => rowsOf(page).count()).toBe(1)
    await expect.poll(() => page.url()).toMatch(/#\/exchanges$/)
    await expect.poll(() => page.locator('.filter-chips').count()).toBe(0)
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(page.complaints).toEqual([])
  })

  test('keys search, step, close, copy and replay', async ({ page, server, send, control }) => {
    for (const number of ['Needle-1', 'Needle-2', 'Needle-3']) await send(link(number))
    const [first, second, third] = (await control.journal()).map(({ id }) => id)
    await page.goto(`${server.url}/_mock`)
    await expect.poll(() => rowsOf(page).count()).toBe(3)
    await page.keyboard.press('?')
    const help = page.getByRole('dialog', { name: words.keys.title })
    await help.waitFor()
    await expect.poll(() => help.locator('kbd').allTextContents()).toEqual(['/', 'j', 'k', 'Esc', 'c', 'r', '?'])
    // Other keys do nothing while the dialog is open.
    await page.keyboard.press('j')
    await page.keyboard.press('Escape')
    await help.waitFor({ state: 'detached' })
    expect(openedId(page)).toBeUndefined()

    await page.keyboard.press('j')
    await page.locator('.detail h2').waitFor()
    expect(openedId(page)).toBe(third)
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await expect.poll(() => openedId(page)).toBe(first)
    // The last exchange is not followed by another.
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    await expect.poll(() => openedId(page)).toBe(second)
    await expect.poll(() => page.locator('.rows li.opened a:focus').count()).toBe(1)

    await page.getByRole('button', { name: words.exchange.copyCurl }).waitFor()
    await page.keyboard.press('c')
    await page.getByText(words.exchange.curlCopied).waitFor()
    await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toContain('"out_request_no":"Needle-2"')
    // With a modifier, keys belong to the browser.
    await page.keyboard.press('Control+j')
    expect(openedId(page)).toBe(second)
    await page.keyboard.press('r')
    await expect
      .poll(() => page.getByRole('button', { name: words.send.send }).and(page.locator(':focus')).count())
      .toBe(1)
    await page.keyboard.press('Enter')
    await page.getByText(words.send.sent).waitFor()
    expect(await control.journalCount()).toBe(4)

    await page.goBack()
    await page.locator('.detail h2').waitFor()
    expect(openedId(page)).toBe(second)
    await page.keyboard.press('Escape')
    await page.locator('.detail').waitFor({ state: 'detached' })
    expect(openedId(page)).toBeUndefined()

    await page.keyboard.press('/')
    await page.keyboard.type('jkcr')
    const field = page.getByRole('searchbox', { name: words.exchanges.search })
    await expect.poll(() => field.inputValue()).toBe('jkcr')
    expect(openedId(page)).toBeUndefined()
    await field.fill('Needle-1')
    await expect.poll(() => rowsOf(page).count()).toBe(1)
    await page.keyboard.press('Enter')
    await page.keyboard.press('j')
    await expect.poll(() => openedId(page)).toBe(first)
    await expect.poll(() => page.url()).toContain('text=Needle-1')
    expect(page.complaints).toEqual([])
  })

  test('a search that goes on while the first letters take effect loses none', async ({ page, server, send }) => {
    for (const number of ['Needle-1', 'Needle-2']) await send(link(number))
    await page.goto(`${server.url}/_mock`)
    await expect.poll(() => rowsOf(page).count()).toBe(2)
    const field = page.getByRole('searchbox', { name: words.exchanges.search })
    await page.evaluate(`
      const { replaceState } = history
      history.replaceState = (...place) => {
        history.replaceState = replaceState
        history.replaceState(...place)
        const input = document.activeElement
        input.value += '-1'
        input.dispatchEvent(new Event('input', { bubbles: true }))
      }
    `)
    await field.fill('Needle')
    await expect.poll(() => rowsOf(page).count()).toBe(1)
    await expect.poll(() => field.inputValue()).toBe('Needle-1')
    // A filter that is taken away empties the field all the same.
    await page.getByRole('button', { name: words.exchanges.removeFilter('“Needle-1”'), exact: true }).click()
    await expect.poll(() => field.inputValue()).toBe('')
    expect(page.complaints).toEqual([])
  })

  test('a search that takes effect while a link is followed does not lead back', async ({ page, server, send }) => {
    for (const number of ['Needle-1', 'Needle-2']) await send(link(number))
    await page.goto(`${server.url}/_mock`)
    await expect.poll(() => rowsOf(page).count()).toBe(2)
    await page.evaluate(`
      const { setTimeout } = window
      const { hash } = document.querySelector('.rows a')
      window.setTimeout = (run, pause) =>
        setTimeout(() => {
          if (pause === 250) location.hash = hash
          run()
        }, pause)
    `)
    await page.getByRole('searchbox', { name: words.exchanges.search }).fill('Needle')
    await page.waitForURL(/text=Needle/)
    await page.locator('.detail').waitFor()
    expect(openedId(page)).toBeDefined()
    expect(page.complaints).toEqual([])
  })

  test('a key opens the editor of what was not let in, which says what sending it means', async ({
    page,
    server,
    send,
    control,
  }) => {
    await send(link('A1'))
    await send(UNSIGNED)
    const [, refused] = await control.journal()
    await page.goto(`${server.url}/_mock#/exchanges/${refused?.id}`)
    await page.getByRole('link', { name: words.exchange.replay }).waitFor()
    await page.keyboard.press('r')
    await page.getByText(words.exchange.replaySigns).waitFor()
    await page.keyboard.press('j')
    expect(await control.journalCount()).toBe(2)
    await page.goBack()
    await expect.poll(() => openedId(page)).toBe(refused?.id)
  })

  test('a key works as soon as the page shows what it is for', async ({ page, server, send, control }) => {
    await send(link('A1'))
    const [{ id } = { id: '' }] = await control.journal()
    await page.addInitScript(`
      new MutationObserver((_, observer) => {
        if (document.querySelector('[aria-keyshortcuts=r]') === null) return
        observer.disconnect()
        dispatchEvent(new KeyboardEvent('keydown', { key: 'r' }))
      }).observe(document, { subtree: true, childList: true })
    `)
    await page.goto(`${server.url}/_mock#/exchanges/${id}`)
    await page.getByRole('button', { name: words.send.send }).waitFor()
    expect(page.complaints).toEqual([])
  })

  test('keys can be turned off, and stay so', async ({ page, server, send }) => {
    await send(link('A1'))
    await page.goto(`${server.url}/_mock`)
    const help = page.getByRole('dialog', { name: words.keys.title })
    const openHelp = () => page.getByRole('button', { name: words.keys.title }).click()
    await openHelp()
    await help.getByRole('button', { name: words.keys.turnOff }).click()
    await help.getByText(words.keys.areOff).waitFor()
    await page.reload()
    await rowsOf(page).waitFor()
    await page.keyboard.press('?')
    await expect.poll(() => help.count()).toBe(0)
    await page.keyboard.press('j')
    await page.keyboard.press('/')
    expect(openedId(page)).toBeUndefined()
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('BODY')
    await openHelp()
    await expect.poll(() => help.locator('kbd').count()).toBe(0)
    await help.getByRole('button', { name: words.keys.turnOn }).click()
    await help.getByRole('button', { name: words.close }).click()
    await help.waitFor({ state: 'detached' })
    await page.keyboard.press('j')
    await expect.poll(() => openedId(page)).toBeDefined()
  })

  test('the row that keys have led to stays where it is while others come in', async ({ page, server, send }) => {
    await send(link('A1'))
    await copies(server, 20, (_, i) => ({ id: `COPY${i}` }))
    await page.goto(`${server.url}/_mock`)
    await page.locator('.rows a[href*="COPY19"]').waitFor()
    await page.mouse.move(0, 0)
    for (let i = 0; i < 3; i++) await page.keyboard.press('j')
    await expect.poll(() => openedId(page)).toBe('COPY17')
    const row = page.locator('.rows a[href*="COPY17"]')
    const y = (await row.boundingBox())?.y
    await copies(server, 5, (_, i) => ({ id: `NEW${i}` }))
    await page.getByRole('button', { name: words.newOnes(5) }).waitFor()
    expect((await row.boundingBox())?.y).toBe(y)
    await page.keyboard.press('k')
    await expect.poll(() => openedId(page)).toBe('COPY18')

    // With the focus elsewhere, the list follows new exchanges again.
    await page.keyboard.press('/')
    await page.locator('.rows a[href*="NEW4"]').waitFor()
  })

  test('the last five minutes are a picture that filters', async ({ page, server, send, control }) => {
    await send(link('A1'))
    await control.setClock({ now: '2026-11-25T12:10:07+08:00', frozen: true })
    const minute = (time: string) => Date.parse(`2026-11-25T${time}+08:00`)
    await copies(server, 3_000, (_, i) => ({ id: `GOOD${i}`, at: minute('12:07:01'), durationMs: 2 }))
    await copies(server, 1, (one) => ({
      id: 'BROKEN',
      at: minute('12:07:02'),
      durationMs: 4,
      ...withStatus(502, one),
    }))
    await copies(server, 300, (one, i) => ({
      id: `BAD${i}`,
      at: minute('12:09:50'),
      durationMs: 900,
      ...withStatus(400, one),
    }))
    await page.goto(`${server.url}/_mock`)

    const traffic = page.getByRole('region', { name: words.traffic.title })
    await traffic.getByText(words.traffic.durations('2.0 ms', '900 ms')).waitFor()
    await expect
      .poll(() => tabsOf(page).allTextContents())
      .toEqual(expect.arrayContaining([`2xx ${(3_001).toLocaleString('en')}`, '4xx 300', '5xx 1']))
    const steps = traffic.getByRole('toolbar').getByRole('link')
    const labels = () => steps.evaluateAll((all) => all.map((step) => step.getAttribute('aria-label')))
    await expect
      .poll(labels)
      .toEqual([
        words.traffic.step('2026-11-25 12:07:00 – 12:07:14', [`2xx × ${(3_000).toLocaleString('en')}`, '5xx × 1']),
        words.traffic.step('2026-11-25 12:09:45 – 12:09:59', ['4xx × 300']),
      ])
    // One failure among thousands stays visible.
    expect((await steps.first().locator('.bar-5xx').boundingBox())?.height).toBeGreaterThanOrEqual(2)

    await steps.first().click()
    await page.getByText(words.shownOf(50, 3_001)).waitFor()
    await expect.poll(() => chipsOf(page).allTextContents()).toEqual(['2026-11-25 12:07:00 – 12:07:14'])
    await expect.poll(() => tabsOf(page).first().textContent()).toBe(`${outcomes.all} ${(3_001).toLocaleString('en')}`)
    // The chart stays complete, so that another step can be chosen.
    await expect.poll(() => steps.count()).toBe(2)
    await tabsOf(page).filter({ hasText: '5xx' }).click()
    await page.getByText(words.shownOf(1, 1)).waitFor()
    await tabsOf(page).filter({ hasText: outcomes.all }).click()

    // Tab reaches one step; arrows lead to the others.
    await steps.first().focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await page.getByText(words.shownOf(50, 300)).waitFor()
    await page.keyboard.press('Enter')
    await page.getByText(words.shownOf(50, 3_302)).waitFor()
    await page.keyboard.press('Home')
    await expect.poll(() => steps.first().evaluate((step) => step === step.ownerDocument.activeElement)).toBe(true)
    await expect
      .poll(() => steps.evaluateAll((all) => all.map((step) => step.getAttribute('tabindex'))))
      .toEqual(['-1', '0'])

    // The window follows the mock's clock.
    await control.advance('PT5M')
    await traffic.getByText(words.traffic.none).waitFor()
    await expect.poll(() => steps.count()).toBe(0)
    expect(page.complaints).toEqual([])
  })

  test('at every width nothing is cut off', async ({ page, server, send, control }) => {
    await send(link('A1'))
    await send(UNSIGNED)
    const now = Date.parse((await control.clock()).now)
    await copies(server, 2_000, (one, i) => ({
      id: `C${i}`,
      at: now - ((i * 137) % 290) * 1_000,
      durationMs: 1 + (i % 40),
      ...(i % 7 === 0 ? withStatus(i % 3 === 0 ? 500 : 404, one) : {}),
    }))
    for (const width of [390, 768, 1_024, 1_440]) {
      await page.setViewportSize({ width, height: 900 })
      for (const opened of ['', '/C1999']) {
        await page.goto(`${server.url}/_mock#/exchanges${opened}?callbacks=no`)
        if (opened !== '') await page.locator('.detail h2').waitFor()
        await page.locator('.traffic svg a').first().waitFor({ state: 'attached' })
        await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
        if (opened !== '' && width < 1_000) continue
        const cut =
          await page.evaluate(`[...document.querySelectorAll('.pane-head > *, .head-tools > *, .filters > *, .outcomes > *, .traffic > *')]
            .filter((one) => one.getBoundingClientRect().right > document.querySelector('.list').getBoundingClientRect().right)
            .map((one) => one.className)`)
        expect(cut, `${width} ${opened}`).toEqual([])
        await picture(page, `live-list-en-${width}${opened === '' ? '' : '-opened'}`)
      }
    }
    expect(page.complaints).toEqual([])
  })
})

describePage('the picture of the last minutes', 'en', () => {
  test.override('ownContext', true)

  test('moves on while nothing happens', async ({ page, server, send }) => {
    await page.clock.install()
    await send(link('A1'))
    await page.goto(`${server.url}/_mock`)
    await page.locator('.traffic svg a').waitFor({ state: 'attached' })
    const asked = page.waitForRequest((request) => request.url().includes('/_mock/journal/page'))
    await page.clock.fastForward(15_000)
    await asked
  })

  test('a new call shows within 100 ms after a quiet time, and those that follow with a pause', async ({
    page,
    server,
    send,
  }) => {
    await page.clock.install()
    await send(link('A1'))
    await page.goto(`${server.url}/_mock`)
    await expect.poll(() => rowsOf(page).count()).toBe(1)
    await page.locator('.pulse.live').waitFor()
    await page.clock.pauseAt(Date.now() + 1_000)
    // Longer than the longest pause.
    await page.clock.runFor(5_000)
    const passed = () => page.evaluate<number>('performance.now()')
    /** Milliseconds on the page's clock, however long the event takes to come. */
    const untilShown = async (number: string, step: number, rows: number) => {
      const before = await passed()
      await send(link(number))
      await expect
        .poll(
          async () => {
            await page.clock.runFor(step)
            return rowsOf(page).count()
          },
          { timeout: 60_000 },
        )
        .toBe(rows)
      return (await passed()) - before
    }
    expect(await untilShown('A2', 1, 2)).toBeLessThanOrEqual(100)
    expect(await untilShown('A3', 20, 3)).toBeGreaterThan(200)
  })
})
