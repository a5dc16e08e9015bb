import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, CDPSession, Page } from 'playwright-core'

/** Resources that a page used during a period. */
export interface Usage {
  /** Durations of tasks of 50 ms or more, during which the page does not respond, in milliseconds. */
  readonly longTasks: readonly number[]
  /** Processor time of the page's own thread, as a share of the elapsed time: other work on the machine counts little. */
  readonly busyShare: number
  /** Heap of scripts, after a garbage collection. */
  readonly heapMib: number
  readonly heapGrowthMib: number
  /** Requests to the control API, besides the stream of events. */
  readonly requestsPerSecond: number
  readonly fetchedKibPerSecond: number
  readonly streamedKibPerSecond: number
}

/** A click on a row: time until the opened content was painted, in milliseconds; `undefined` if nothing opened. */
export type Click = number | undefined

const MIB = 1_048_576

/** How long a click may take without an effect before it counts as missed. */
const MOST_WAITING_MS = 3_000

/** Runs in the page before its own code. */
const OBSERVE = `
globalThis.measured = { longTasks: [], took: undefined }
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) measured.longTasks.push(duration)
}).observe({ type: 'longtask' })
addEventListener('click', (event) => {
  const before = location.hash
  const look = () => {
    const name = decodeURIComponent(location.hash.split('?')[0].split('/').at(-1))
    const detail = document.querySelector('.pane.detail')
    if (location.hash === before || !detail?.querySelector('h2') || !detail.textContent.includes(name)) {
      if (performance.now() < event.timeStamp + ${MOST_WAITING_MS}) requestAnimationFrame(look)
      return
    }
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      measured.took ??= performance.now() - event.timeStamp
    }
    requestAnimationFrame(() => port2.postMessage(undefined))
  }
  requestAnimationFrame(look)
}, { capture: true })
`

/** A page of the dashboard that can be inspected. */
export class MeasuredPage {
  readonly page: Page
  readonly #session: CDPSession
  /** Requests by id, and whether they are the stream of events. */
  readonly #isStream = new Map<string, boolean>()
  #requests = 0
  #fetched = 0
  #streamed = 0

  private constructor(page: Page, session: CDPSession) {
    this.page = page
    this.#session = session
    session.on('Network.requestWillBeSent', ({ requestId, request }) => {
      const { pathname } = new URL(request.url)
      if (!pathname.startsWith('/_mock/') || pathname.includes('/assets/')) return
      const isStream = pathname === '/_mock/events'
      this.#isStream.set(requestId, isStream)
      if (!isStream) this.#requests += 1
    })
    session.on('Network.dataReceived', ({ requestId, dataLength }) => {
      const isStream = this.#isStream.get(requestId)
      if (isStream) this.#streamed += dataLength
      else if (isStream === false) this.#fetched += dataLength
    })
  }

  /** Opens an address in a browser with its own profile, and waits for the list to appear. */
  static async open(browser: Browser, address: string): Promise<MeasuredPage> {
    const context = await browser.newContext({ locale: 'en', viewport: { width: 1440, height: 900 } })
    await context.addInitScript(OBSERVE)
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    for (const domain of ['Network', 'HeapProfiler'] as const) await session.send(`${domain}.enable`)
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    const measured = new MeasuredPage(page, session)
    await page.goto(address)
    await page.locator('.rows > li').nth(20).waitFor()
    return measured
  }

  close(): Promise<void> {
    return this.page.context().close()
  }

  /** Watches the page for a number of milliseconds. */
  async watch(ms: number): Promise<Usage> {
    const before = await this.#heap()
    await this.page.evaluate('measured.longTasks.length = 0')
    const [requests, fetched, streamed] = [this.#requests, this.#fetched, this.#streamed]
    const busy = await this.#metric('TaskDuration')
    const begin = performance.now()
    await sleep(ms)
    const seconds = (performance.now() - begin) / 1_000
    const busyShare = ((await this.#metric('TaskDuration')) - busy) / seconds
    const longTasks = (await this.page.evaluate('measured.longTasks.slice()')) as number[]
    const usage = {
      longTasks,
      busyShare,
      requestsPerSecond: (this.#requests - requests) / seconds,
      fetchedKibPerSecond: (this.#fetched - fetched) / 1_024 / seconds,
      streamedKibPerSecond: (this.#streamed - streamed) / 1_024 / seconds,
    }
    const after = await this.#heap()
    return { ...usage, heapMib: after / MIB, heapGrowthMib: (after - before) / MIB }
  }

  /** Clicks on one of the visible rows. */
  async clickRow(): Promise<Click> {
    const place = (await this.page.evaluate(`(() => {
      const inSight = [...document.querySelectorAll('.rows > li > a')].find((row) => {
        const { top, bottom } = row.getBoundingClientRect()
        return top > innerHeight / 2 && bottom < innerHeight && !row.hasAttribute('aria-current')
      })
      const { left, top, height } = inSight.getBoundingClientRect()
      measured.took = undefined
      return { x: left + 80, y: top + height / 2 }
    })()`)) as { readonly x: number; readonly y: number }
    // Like a hand: the button stays down for a moment.
    await this.page.mouse.move(place.x, place.y)
    await this.page.mouse.down()
    await sleep(80)
    await this.page.mouse.up()
    const deadline = performance.now() + MOST_WAITING_MS
    for (;;) {
      const took = (await this.page.evaluate('measured.took')) as Click
      if (took !== undefined || performance.now() > deadline) return took
      await sleep(20)
    }
  }

  async #heap(): Promise<number> {
    await this.#session.send('HeapProfiler.collectGarbage')
    return this.#metric('JSHeapUsedSize')
  }

  async #metric(wanted: string): Promise<number> {
    const { metrics } = await this.#session.send('Performance.getMetrics')
    const found = metrics.find(({ name }) => name === wanted)
    if (!found) throw new Error(`The browser does not tell ${wanted}.`)
    return found.value
  }
}
