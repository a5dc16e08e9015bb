import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { Page, Response } from 'playwright-core'
import { expect } from 'vitest'
import { generateSeed } from '../../fixtures/seed.ts'
import { engineOf } from '../../src/mock.ts'
import { test as base, describePage } from './chromium.ts'

const COUPONS = 20_000
const EXCHANGES = 10_000
/** Maximum size of a list page: fifty things. */
const PAGE_BYTES = 64 * 1_024
/** Number of bursts of exchanges, and the shortest pause between two requests of a view that follows them. */
const BURSTS = 50
const PAUSE_MS = 400

const test = base
  .extend('large', async ({ server }) => {
    await fetch(`${server.url}/v3/certificates`)
    const [exchange] = await engineOf(server.mock).exchanges.list()
    if (!exchange) throw new Error('The journal is empty')
    const add = (count: number, prefix: string) => {
      for (let i = 0; i < count; i++) engineOf(server.mock).journal.add({ ...exchange, id: `${prefix}${i}` })
    }
    add(EXCHANGES - 1, 'N')
    return { add }
  })
  /** Responses of the control API to the page, except the event stream. */
  .extend('asked', ({ page }) => {
    const responses: Response[] = []
    page.on('response', (response) => {
      const { pathname } = new URL(response.url())
      if (pathname.startsWith('/_mock/') && !/assets|events/.test(pathname)) responses.push(response)
    })
    return {
      of: (path: string) => responses.filter((one) => new URL(one.url()).pathname === `/_mock${path}`),
      all: responses,
    }
  })

/**
 * How many requests there may be between the first and the last of these if each comes at least a pause after the one before; milliseconds. One more
 * than fits, since a busy machine may start the first one late.
 */
function mostBetween(responses: readonly Response[], pauseMs: number): number {
  const begins = responses.map((response) => response.request().timing().startTime)
  return Math.floor((Math.max(...begins) - Math.min(...begins)) / pauseMs) + 2
}

/**
 * Tasks of the main thread of pages meanwhile, in milliseconds of processor time, which do not depend on what else the machine does. The log has them
 * by the clock too, for a machine with nothing else to do.
 */
async function tasksOf(page: Page, what: string, work: () => Promise<void>): Promise<number[]> {
  const browser = page.context().browser()
  if (!browser) throw new Error('The page has no browser')
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] })
  const begin = performance.now()
  await work()
  const took = performance.now() - begin
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: { name: string; pid: number; tid: number; dur?: number; tdur?: number; args: { name?: string } }[]
  }
  const threads = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const isMain = ({ pid, tid }: { pid: number; tid: number }) =>
    threads.some((one) => one.pid === pid && one.tid === tid)
  const tasks = traceEvents.filter((one) => one.name.endsWith('RunTask') && isMain(one))
  const byProcessor = tasks.map(({ tdur = 0 }) => tdur / 1_000)
  const [together, longest, byClock] = [
    byProcessor.reduce((sum, ms) => sum + ms, 0),
    Math.max(...byProcessor),
    Math.max(...tasks.map(({ dur = 0 }) => dur / 1_000)),
  ].map(Math.round)
  console.log(
    `${what}: ${together} ms of processor time, ${longest} ms in the longest task; by the clock ${Math.round(took)} ms, ${byClock} ms`,
  )
  return byProcessor
}

/** Number of elements on the page that a browser has to lay out. */
const elements = (page: Page) => page.evaluate('document.querySelectorAll("*").length') as Promise<number>

/** Expects every answer to be a list page, or small. */
async function expectBounded(responses: readonly Response[]): Promise<void> {
  for (const response of responses) {
    const { searchParams } = new URL(response.url())
    expect(Number(searchParams.get('limit') ?? 0)).toBeLessThanOrEqual(500)
    expect((await response.body()).length, response.url()).toBeLessThan(PAGE_BYTES)
  }
}

describePage(`with ${COUPONS} coupons and ${EXCHANGES} exchanges`, 'en', () => {
  test('every view shows a page, asked for as one, and what is typed once the typing pauses', async ({
    page,
    server,
    control,
    large,
    asked,
  }) => {
    expect(large).toBeDefined()
    await control.restore(generateSeed({ coupons: COUPONS, randomSeed: 42 }))
    const [coupon] = (await control.coupons({ limit: 1 })).items
    if (!coupon) throw new Error('There is no coupon')
    await page.goto(`${server.url}/_mock`)
    const rows = page.locator('.rows > li')
    for (const [view, wanted] of [
      ['exchanges', '50 of 10,000'],
      ['coupons', '50 of 20,000'],
      ['orders', '50 of 2,000'],
    ] as const) {
      await page.goto(`${server.url}/_mock#/${view}`)
      await page.getByText(wanted).waitFor()
      await expect.poll(() => rows.count()).toBe(50)
      await page.getByRole('button', { name: 'Show more' }).click()
      await expect.poll(() => rows.count()).toBe(100)
      expect(await elements(page)).toBeLessThan(2_500)
    }
    await page.goto(`${server.url}/_mock#/coupons`)
    await page.getByText(/of 20,000/).waitFor()
    const before = asked.of('/things/coupons').length
    await page.getByRole('searchbox').pressSequentially(coupon.coupon_code)
    await page.getByText('1 of 1').waitFor()
    expect(coupon.coupon_code.length).toBeGreaterThan(8)
    expect(asked.of('/things/coupons').length - before).toBeLessThanOrEqual(3)
    await page.goto(`${server.url}/_mock#/seed`)
    await page.getByText('20,000').waitFor()
    expect(await elements(page)).toBeLessThan(2_500)
    await expectBounded(asked.all)
    expect(page.complaints).toEqual([])
  }, 120_000)

  test('a burst of exchanges is asked for in a few pages, holds nothing up, and the list does not grow without end', async ({
    page,
    server,
    large,
    asked,
  }) => {
    const opening = await tasksOf(page, `the first of ${EXCHANGES} rows`, async () => {
      await page.goto(`${server.url}/_mock`)
      await page.getByText('50 of 10,000').waitFor()
    })
    const openingMs = opening.reduce((sum, ms) => sum + ms, 0)
    // From here on the page knows how long an answer takes.
    large.add(1, 'FIRST')
    await page.locator('a[href*="FIRST0"]').waitFor()
    const before = asked.of('/journal/page').length
    const tasks = await tasksOf(page, `${BURSTS} bursts`, async () => {
      for (let i = 0; i < BURSTS; i++) {
        large.add(100, `BURST${i}-`)
        await setTimeout(50)
      }
      await page.locator(`a[href*="BURST${BURSTS - 1}-99"]`).waitFor()
    })
    const longestMs = Math.max(...tasks)
    expect(openingMs).toBeLessThan(1_000)
    expect(tasks.length).toBeGreaterThan(BURSTS)
    expect(longestMs).toBeLessThan(200)

    const pages = asked.of('/journal/page').slice(before)
    expect(pages.length).toBeLessThanOrEqual(mostBetween(pages, PAUSE_MS))
    expect(pages.length).toBeLessThan(BURSTS)
    await expect.poll(() => page.locator('.rows > li').count()).toBeLessThanOrEqual(100)
    await expectBounded(asked.all)
  }, 120_000)

  test('865 calls at 100 a second hold nothing up', async ({ page, server, send, control, large }) => {
    expect(large).toBeDefined()
    await page.goto(`${server.url}/_mock`)
    await page.getByText('50 of 10,000').waitFor()
    const tasks = await tasksOf(page, '865 calls', async () => {
      for (let sent = 0; sent < 865; sent += 5) {
        const pause = setTimeout(50)
        const calls = Array.from({ length: 5 }, (_, i) =>
          send({
            target: '/v3/marketing/busifavor/coupons/associate',
            // Every fifth names a coupon that does not exist.
            body: {
              stock_id: '100088',
              coupon_code: i === 4 ? `NONE${sent}` : 'sxxe34343434',
              out_trade_no: 'T1',
              out_request_no: `R${sent + i}`,
            },
          }),
        )
        await Promise.all([pause, ...calls])
      }
      const [last] = await control.journal({ limit: 1 })
      await page.locator(`a[href*="${last?.id}"]`).waitFor()
    })
    expect(Math.max(...tasks)).toBeLessThan(200)
    expect(page.complaints).toEqual([])
  }, 120_000)

  test('where every row is another one, the elements stay, and the focus does not go to another exchange', async ({
    page,
    server,
    large,
  }) => {
    await page.goto(`${server.url}/_mock`)
    await page.getByText('50 of 10,000').waitFor()
    const first = page.locator('.rows a').first()
    await first.focus()
    await page.evaluate(`(() => {
        window.made = []
        new MutationObserver((records) => {
          for (const { addedNodes } of records) window.made.push(...[...addedNodes].filter((node) => node.nodeType === 1))
        }).observe(document.querySelector('.rows'), { childList: true, subtree: true })
      })()`)
    // With focus set by the keyboard, the list would stay unchanged.
    await page.mouse.click(1, 1)
    await page.evaluate(`document.querySelector('.rows a').focus({ focusVisible: false })`)
    await expect.poll(() => page.evaluate(`document.activeElement.matches('.rows a')`)).toBe(true)
    for (const burst of [1, 2, 3]) {
      large.add(100, `OTHERS${burst}-`)
      await page.locator(`a[href*="OTHERS${burst}-99"]`).waitFor()
    }
    await expect.poll(() => page.locator('.rows > li').count()).toBe(50)
    expect(await page.evaluate('window.made.length')).toBe(0)
    await expect.poll(() => page.evaluate(`document.activeElement.matches('.rows a')`)).toBe(false)
  }, 120_000)

  test('an answer that takes long is asked for less often', async ({ page, server, large, asked }) => {
    const ANSWER_MS = 400
    await page.route('**/_mock/journal/page**', async (route) => {
      await setTimeout(ANSWER_MS)
      await route.continue()
    })
    await page.goto(`${server.url}/_mock`)
    await page.getByText('50 of 10,000').waitFor()
    const before = asked.of('/journal/page').length
    const pagesAsked = () => asked.of('/journal/page').length - before
    let bursts = 0
    // On a busy machine an answer takes so long that more bursts must come before the page asks again.
    for (; bursts < BURSTS || pagesAsked() < 2; bursts++) {
      large.add(10, `SLOW${bursts}-`)
      await setTimeout(50)
    }
    await page.locator(`a[href*="SLOW${bursts - 1}-9"]`).waitFor()

    // The page waits four times as long as an answer took, and no answer took less than this.
    const pages = asked.of('/journal/page').slice(before)
    expect(pages.length).toBeGreaterThan(1)
    expect(pages.length).toBeLessThanOrEqual(mostBetween(pages, 4 * ANSWER_MS))
  }, 120_000)

  test('a batch with 20,000 codes is one page, and costs no more than one with ten', async ({
    page,
    server,
    control,
    asked,
  }) => {
    const ofBatch = (stock_id: string, count: number) =>
      Array.from({ length: count }, (_, i) => ({ stock_id, code: `${stock_id}${i}` }))
    await control.restore({
      stocks: ['MANY', 'FEW'].map((stock_id) => ({ stock_id, coupon_code_mode: 'MERCHANT_UPLOAD' as const })),
      codes: [...ofBatch('MANY', COUPONS), ...ofBatch('FEW', 10)],
    })
    const took: Record<string, number[]> = { MANY: [], FEW: [] }
    for (let round = 0; round < 15; round++) {
      for (const [stockId, all] of Object.entries(took)) {
        const begin = performance.now()
        await control.stock(stockId)
        all.push(performance.now() - begin)
      }
    }
    const fastest = (stockId: string) => Math.min(...(took[stockId] ?? []))
    console.log(
      `a batch with ${COUPONS} codes takes ${(fastest('MANY') / fastest('FEW')).toFixed(2)} times one with ten`,
    )
    expect(fastest('MANY') / fastest('FEW')).toBeLessThan(4)

    await page.goto(`${server.url}/_mock#/stocks`)
    await page.locator('.rows > li', { hasText: 'MANY' }).click()
    const detail = page.locator('.detail')
    await detail.getByText('0 / 20,000').waitFor()
    for (let i = 0; i < 20; i++) await control.handOutCoupon('MANY', { openid: `o${i}` })
    await detail.getByText('20 / 20,000').waitFor()
    expect(await elements(page)).toBeLessThan(1_000)
    await expectBounded(asked.all)
    expect(page.complaints).toEqual([])
  }, 120_000)

  test('a snapshot of all is taken, saved and restored as a file', async ({ page, server, control }) => {
    await control.restore(generateSeed({ coupons: COUPONS, randomSeed: 42 }))
    await page.goto(`${server.url}/_mock#/seed`)
    await page.getByRole('button', { name: 'Take a snapshot' }).click()
    await page.getByText('The snapshot is taken.').waitFor({ timeout: 60_000 })
    const snapshot = page.getByRole('listitem', { name: 'Snapshot 1' })
    const download = page.waitForEvent('download')
    await snapshot.getByRole('button', { name: 'Download' }).click()
    const saved = await (await download).path()
    expect(JSON.parse(readFileSync(saved, 'utf8')).coupons).toHaveLength(COUPONS)
    await control.restore({})
    await snapshot.getByRole('button', { name: 'Restore' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click()
    await page.getByText('Snapshot 1 is restored.').waitFor({ timeout: 60_000 })
    expect((await control.worldCounts()).coupons).toBe(COUPONS)

    await page.getByLabel('Choose a file').setInputFiles(saved)
    await page.getByRole('dialog').getByRole('button', { name: 'Load' }).click()
    await page.getByText('is loaded.').waitFor({ timeout: 60_000 })
    expect((await control.worldCounts()).coupons).toBe(COUPONS)
    expect(page.complaints).toEqual([])
  }, 180_000)
})
