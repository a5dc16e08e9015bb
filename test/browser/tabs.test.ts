import type { BrowserContext, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { startServer } from '../../src/doors/transports/node-server.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { sendOverNode } from '../helpers/send-over-node.ts'
import { describeInEachLanguage, describePage, expectFit, test } from './chromium.ts'
import { launchChromium } from './launch.ts'

/** One more than the connections that a browser opens to one host. */
const TABS = 7

const CALL = { target: '/v3/certificates' }

const rowsOf = (page: Page) => page.locator('.rows > li').count()

/** The address of the page on the phone that confirms a new transfer. */
async function confirmPage(control: MockControl): Promise<string> {
  await control.addTransfer({ out_bill_no: 'T1', transfer_amount: 500, transfer_scene_id: '1000' })
  const { mchid, appid, package_info = '' } = await control.transfer('T1')
  return `/_mock/transfer-page?${new URLSearchParams({ mchId: mchid, appId: appid, package: package_info })}`
}

describePage('many tabs of the dashboard', 'en', (words) => {
  test.override('ownContext', true)

  /** Opens tabs one after another until each follows the mock. */
  async function openTabs(context: BrowserContext, address: string, count: number): Promise<Page[]> {
    const tabs: Page[] = []
    while (tabs.length < count) {
      const tab = await context.newPage()
      tabs.push(tab)
      await tab.goto(address)
      await tab.getByText(words.connection.live, { exact: true }).waitFor()
    }
    return tabs
  }

  test('share one stream, and leave room for the page on the phone', async ({ page, server, send, control }) => {
    const streams: string[] = []
    page.context().on('request', (request) => {
      if (request.url().endsWith('/_mock/events')) streams.push(request.url())
    })
    const tabs = await openTabs(page.context(), `${server.url}/_mock`, TABS)
    await page.goto(`${server.url}${await confirmPage(control)}`)
    await page.getByRole('button', { name: 'Receive' }).waitFor()

    await send(CALL)
    for (const tab of tabs) await expect.poll(() => rowsOf(tab)).toBe(1)
    await control.changeSettings({ rate_limit: 'on' })
    for (const tab of tabs) await tab.getByText('rate_limit: on').waitFor()
    expect(streams).toHaveLength(1)

    // Each closed tab hands the stream on, whichever holds it.
    for (let rows = 2; tabs.length > 5; rows++) {
      await tabs.shift()?.close()
      await send(CALL)
      for (const tab of tabs) await expect.poll(() => rowsOf(tab)).toBe(rows)
    }
    // One that comes later shares it too, and is told when the mock has ended.
    const [late] = await openTabs(page.context(), `${server.url}/_mock`, 1)
    await server.close(0)
    for (const tab of [late, ...tabs]) await tab?.getByText(words.connection.lost, { exact: true }).waitFor()
    const again = await startServer({ mock: server.mock, port: server.port })
    onTestFinished(() => again.close(0))
    for (const tab of [late, ...tabs]) await tab?.getByText(words.connection.live, { exact: true }).waitFor()
    expect(page.complaints).toEqual([])
  })

  test('go on when the one that holds the stream is killed', async ({ server, send }) => {
    const browser = await launchChromium(false)
    onTestFinished(() => browser.close())
    const context = await browser.newContext({ locale: 'en' })
    const [holder, ...tabs] = await openTabs(context, `${server.url}/_mock`, 3)
    if (!holder) throw new Error('no tab')
    const session = await context.newCDPSession(holder)
    const isKilled = holder.waitForEvent('crash')
    // It has no answer.
    session.send('Page.crash').catch(() => undefined)
    await isKilled

    await send(CALL)
    for (const tab of tabs) await expect.poll(() => rowsOf(tab)).toBe(1)
  })

  test('of another language share it, and those of another token have one of their own', async ({ page }) => {
    const server = await startServer({ port: 0, controlToken: 'open sesame' })
    onTestFinished(() => server.close(0))
    const { send, close } = sendOverNode(server.url)
    onTestFinished(close)
    const client = createMerchantClient({ credentials: await server.control.credentials(), send })
    const enter = async (tab: Page, token: string) => {
      await tab.getByRole('textbox', { name: words.token.label }).fill(token)
      await tab.getByRole('button', { name: words.token.open }).click()
    }
    const other = await page.context().newPage()
    const wrong = await page.context().newPage()
    await page.goto(`${server.url}/_mock`)
    await enter(page, 'open sesame')
    await page.getByText(words.connection.live, { exact: true }).waitFor()
    await wrong.goto(`${server.url}/_mock`)
    await enter(wrong, 'wrong')
    await wrong.getByText(words.token.wrong).waitFor()
    await other.goto(`${server.url}/_mock`)
    await enter(other, 'open sesame')
    await other.getByText(words.connection.live, { exact: true }).waitFor()
    await other.getByLabel(words.language).selectOption('zh')

    await client.request(CALL)
    for (const tab of [page, other]) await expect.poll(() => rowsOf(tab)).toBe(1)
    await page.getByText(words.connection.live, { exact: true }).waitFor()
    expect(await rowsOf(wrong)).toBe(0)
    expect(await wrong.getByText(words.connection.live, { exact: true }).count()).toBe(0)
    // The wrong one gets in as soon as its token is right.
    await enter(wrong, 'open sesame')
    await expect.poll(() => rowsOf(wrong)).toBe(1)
  })

  test('listen while they are in sight where the browser has no locks', async ({ page }) => {
    // A browser trusts no plain HTTP but that of its own machine.
    const server = await startServer({ port: 0, allowedHosts: ['evil.test'] })
    onTestFinished(() => server.close(0))
    const address = `http://evil.test:${server.port}/_mock`
    await page.goto(address)
    await page.getByText(words.connection.live, { exact: true }).waitFor()
    expect(await page.evaluate("'locks' in navigator")).toBe(false)
    const turn = (hidden: boolean) =>
      page.evaluate(`
        Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      `)
    const gone = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/_mock/events'))
    await turn(true)
    await gone
    await server.control.changeSettings({ rate_limit: 'on' })
    await turn(false)
    await page.getByText('rate_limit: on').waitFor()
  })
})

describeInEachLanguage('an open tab of the dashboard', (words, language) => {
  const [show, shown] =
    language === 'en'
      ? ['Show it in the dashboard', 'The open tab of the dashboard shows it.']
      : ['在仪表盘中查看', '已在打开的仪表盘标签页中显示。']
  test.override('ownContext', true)

  test('shows what a page on the phone links to', async ({ page, server, control }) => {
    const address = await confirmPage(control)
    const phone = await page.context().newPage()
    await phone.goto(`${server.url}${address}`)
    const link = phone.getByRole('link', { name: show })
    // The first one has no tab to use.
    const opens = page.context().waitForEvent('page')
    await link.click()
    const tab = await opens
    await tab.getByRole('heading', { name: 'T1' }).waitFor()
    await tab.goto(`${server.url}/_mock#/clock`)
    await tab.getByRole('heading', { name: words.views.clock, exact: true }).waitFor()

    await link.click()
    await phone.getByText(shown).waitFor()
    await tab.getByRole('heading', { name: 'T1' }).waitFor()
    expect(page.context().pages()).toHaveLength(3)
    await expectFit(phone, 'shown-in-the-open-tab')
  })
})
