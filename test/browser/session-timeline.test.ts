import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { startReceiver } from '../helpers/receiver.ts'
import { test as base, describeInEachLanguage, describePage, expectFit } from './chromium.ts'

/** Nothing that comes in a request may be more than text. */
const HOSTILE = `<img src=x onerror="window.hacked = 1">'"\u202e`

const test = base.extend('taker', async ({ task: _ }, { onCleanup }) => {
  const receiver = await startReceiver(204)
  onCleanup(() => receiver.close())
  return receiver
})

const order = (out_trade_no: string, notify_url: string) => ({
  target: '/v3/pay/transactions/native',
  body: {
    appid: 'wx1234567889999',
    mchid: '1900000001',
    description: '特价券',
    out_trade_no,
    notify_url,
    attach: HOSTILE,
    amount: { total: 1, currency: 'CNY' },
  },
})

describePage('the timeline of the session', 'en', ({ timeline, exchange, exchanges, exporting }) => {
  test('has lanes whose calls open, follows the filter, and is saved as a file', async ({
    page,
    server,
    send,
    control,
    taker,
  }) => {
    await send(order('Order_A1', taker.url))
    await send(order('Order_B1', taker.url))
    await control.payOrder('Order_A1')
    await control.deliverNotifications()
    await send({ target: `/v3/nowhere/${encodeURIComponent(HOSTILE)}?<b>` })
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('button', { name: exporting.open, exact: true }).click()
    await page.getByRole('link', { name: timeline.open, exact: true }).click()
    const pane = page.getByRole('region', { name: timeline.title })
    const drawing = pane.locator('svg')
    // Each link has all of it in its title too.
    const said = (text: string) => drawing.locator('text').getByText(text, { exact: true })
    await said('Order Order_A1').waitFor()
    await said('Paid by the user → SUCCESS').waitFor()
    await said('204 TRANSACTION.SUCCESS · try 1').waitFor()

    // It is live.
    await control.advance('P3D')
    await drawing.locator('text').getByText('The clock moves by +3 d').waitFor()

    const download = page.waitForEvent('download')
    await pane.getByRole('button', { name: timeline.save }).click()
    const saved = await download
    expect(saved.suggestedFilename()).toBe('timeline.svg')
    const file = await saved.path()
    expect(await readFile(file, 'utf8')).toContain(`${server.url}/_mock#/exchanges/`)
    // Alone, where nobody sets its colours.
    const alone = await page.context().newPage()
    try {
      await alone.goto(`${server.url}/_mock/timeline.svg`)
      for (const [colorScheme, colour] of [
        ['light', 'rgb(27, 33, 30)'],
        ['dark', 'rgb(230, 235, 232)'],
      ] as const) {
        await alone.emulateMedia({ colorScheme })
        expect(await alone.evaluate("getComputedStyle(document.querySelector('text')).fill")).toBe(colour)
      }
      expect(await alone.evaluate('window.hacked')).toBeUndefined()
      await alone.locator('text').getByText('204 TRANSACTION.SUCCESS').click()
      await alone.getByRole('region', { name: exchange.label }).getByText('TRANSACTION.SUCCESS').first().waitFor()
    } finally {
      await alone.close()
    }

    await page.getByRole('searchbox', { name: exchanges.search }).fill('Order_B1')
    await expect.poll(() => drawing.textContent()).not.toContain('Order_A1')
    await drawing.locator('text').getByText('200 Place an order to be paid by scanning a code').click()
    const opened = page.getByRole('region', { name: exchange.label })
    await opened.getByRole('link', { name: 'Order_B1', exact: true }).waitFor()
    await expect.poll(() => page.url()).toContain('text=Order_B1')
    await page.goBack()
    await said('Order Order_B1').click()
    await expect.poll(() => page.url()).toContain('#/orders/1900000001/Order_B1')
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(page.complaints).toEqual([])
  })
})

describeInEachLanguage('the timeline of a story', ({ timeline }) => {
  base('fits its place', async ({ page, server, control }) => {
    await control.playStory()
    await control.advance('P3D')
    await control.playStory()
    await control.freeze()
    await page.goto(`${server.url}/_mock#/exchanges/timeline`)
    await page.getByRole('region', { name: timeline.title }).locator('svg a').nth(12).waitFor()
    await expectFit(page, 'timeline')
    expect(page.complaints).toEqual([])
  })
})
