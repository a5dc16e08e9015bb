import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { startReceiver } from '../helpers/receiver.ts'
import { findingsInBothThemes } from './axe.ts'
import { test as base, describePage, picture } from './chromium.ts'

/** Nothing that comes in a request may be more than text. */
const HOSTILE = `<img src=x onerror="window.hacked = 1">'"$(id)\u202e`

const test = base.extend('refuser', async ({ task: _ }, { onCleanup }) => {
  const receiver = await startReceiver(500)
  onCleanup(() => receiver.close())
  return receiver
})

/** Clicks, and reads the file that is saved then. */
async function saved(
  page: Page,
  click: () => Promise<void>,
): Promise<{ readonly name: string; readonly path: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), click()])
  return { name: download.suggestedFilename(), path: await download.path() }
}

const order = (out_request_no: string, out_trade_no = 'T1') => ({
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no,
  out_request_no,
})

describePage('what the list shows is taken away', 'en', (words) => {
  const { exporting } = words

  test('as a contract, in three clicks, with what was left out and why', async ({ page, server, send, control }) => {
    await send({ method: 'POST', target: associateTradeInfo.path, body: order('A1') })
    await send({ target: '/v3/certificates' })
    await send({ target: `/v3/nowhere/${encodeURIComponent(HOSTILE)}?<b>` })
    await send({ target: `/v3/nowhere/${encodeURIComponent(HOSTILE)}?<b>` })
    await page.goto(`${server.url}/_mock`)
    await page.locator('.rows > li').nth(3).waitFor()

    await page.getByRole('button', { name: exporting.open, exact: true }).click()
    const dialog = page.getByRole('dialog', { name: exporting.title(4) })
    await dialog.getByText(exporting.all).waitFor()
    const file = await saved(page, () => dialog.getByRole('button', { name: exporting.names.pact }).click())
    expect(file.name).toBe('wechatpay-client-wechatpay.json')
    const pact = JSON.parse(await readFile(file.path, 'utf8'))
    expect(pact).toMatchObject({ metadata: { pactSpecification: { version: '4.0' } } })
    expect(pact.interactions).toHaveLength(2)

    await dialog.getByText(exporting.pactSaved(2)).waitFor()
    await dialog.getByRole('heading', { name: exporting.leftOut(2) }).waitFor()
    const leftOut = dialog.locator('.left-out > li')
    await expect
      .poll(() => leftOut.allTextContents())
      .toEqual([expect.stringMatching(/^GET \/v3\/nowhere\/%3Cimg.*404 × 2the mock does not serve this path$/)])
    await picture(page, `export-en`)
    expect(await findingsInBothThemes(page)).toEqual([])
    await leftOut.getByRole('link').click()
    const [unknown] = await control.journal({ status: 404 })
    await page.waitForURL(`**/_mock#/exchanges/${unknown?.id}`)
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(page.complaints).toEqual([])
  })

  test('as an archive that other tools open, and as scripts, of what passes the filter', async ({
    page,
    server,
    send,
    control,
    refuser,
  }) => {
    await send({ method: 'POST', target: associateTradeInfo.path, body: order('A1', HOSTILE) })
    await send({ target: '/v3/certificates' })
    await control.sendNotification({ event_type: 'COUPON.SEND', url: refuser.url })
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('button', { name: exporting.open, exact: true }).click()
    const har = await saved(page, () => page.getByRole('button', { name: 'HAR' }).click())
    await page.getByText(exporting.harSaved(3)).waitFor()
    expect(har.name).toBe('wechatpay-mock.har')

    // A browser plays the archive in place of the network.
    const [link] = await control.journal({ operation: 'associateTradeInfo' })
    const other = await page.context().newPage()
    await other.goto(`${server.url}/_mock`)
    await other.routeFromHAR(har.path, { url: '**/v3/certificates', notFound: 'abort' })
    const played = await other.evaluate(
      `fetch('/v3/certificates', { headers: { Accept: 'application/json' } }).then((answer) => answer.text())`,
    )
    const [listed] = await control.journal({ operation: 'downloadCertificates' })
    expect(played).toBe(listed?.response?.body)
    expect(await control.journalCount()).toBe(3)
    await other.close()

    await page.keyboard.press('Escape')
    await page.goto(`${server.url}/_mock#/exchanges?callbacks=no&operation=associateTradeInfo`)
    await page.getByRole('button', { name: exporting.open, exact: true }).click()
    await page
      .getByRole('dialog', { name: exporting.title(1) })
      .getByText(exporting.filtered)
      .waitFor()
    const script = await saved(page, () =>
      page.getByRole('button', { name: exporting.names.curlAsSent, exact: true }).click(),
    )
    await page.getByText(exporting.scriptSaved(1, 0)).waitFor()
    expect(script.name).toBe('wechatpay-mock.sh')
    const { stdout } = await promisify(execFile)('bash', [script.path])
    expect(stdout).toContain('HTTP/1.1 200')
    const [, repeated] = await control.journal({ operation: 'associateTradeInfo' })
    expect(repeated?.request.body).toBe(link?.request.body)
    expect(repeated?.request.headers.authorization).toBe(link?.request.headers.authorization)
    expect(page.complaints).toEqual([])
  })
})

describePage('a callback on its time axis', 'en', (words) => {
  const { callbacks, asCode, triesAxis, exchange } = words

  test('is jumped to its next try in two clicks, and from its own view in one', async ({
    page,
    server,
    control,
    refuser,
  }) => {
    await control.freeze('2026-11-25T12:00:00+08:00')
    const { id } = await control.sendNotification({ event_type: 'TRANSACTION.SUCCESS', url: refuser.url })
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('navigation').getByRole('link', { name: words.views.callbacks }).click()
    await page.locator('.first-due').getByText('TRANSACTION.SUCCESS · 2026-11-25 12:00:15').waitFor()
    await page.getByRole('button', { name: callbacks.moveToNextTry }).click()

    await page.waitForURL(`**/_mock#/callbacks/${id}`)
    await page.getByText(callbacks.outcomes.refused(500)).waitFor()
    expect(refuser.received).toHaveLength(2)
    const axis = page.getByRole('img', { name: triesAxis.title(2, 14) })
    await axis.waitFor()
    await expect.poll(() => axis.locator('circle.bad').count()).toBe(2)
    await expect.poll(() => axis.locator('circle.planned').count()).toBe(14)
    await expect.poll(() => axis.locator('.now text').textContent()).toBe(triesAxis.now)
    await page.locator('.detail .timeline').getByText('2026-11-25 12:00:15').first().waitFor()

    await page.locator('.detail').getByRole('button', { name: callbacks.moveToNextTry }).click()
    await page.getByRole('img', { name: triesAxis.title(3, 13) }).waitFor()
    expect(refuser.received).toHaveLength(3)
    expect(Date.parse((await control.clock()).now)).toBe(Date.parse('2026-11-25T12:00:30+08:00'))
    await page.locator('.detail .timeline').getByText(exchange.attempt(3)).waitFor()
    await picture(page, `tries-en`)

    // To the last one: then there is nothing to move to.
    for (const time of (await control.notification(id)).planned) await control.setClock({ now: time })
    await page.getByRole('img', { name: triesAxis.title(16, 0) }).waitFor()
    await expect.poll(() => page.getByRole('button', { name: callbacks.moveToNextTry }).count()).toBe(0)
    expect(page.complaints).toEqual([])
  })

  test('becomes a program for the SDK that is chosen, with secrets hidden and copied', async ({
    page,
    server,
    control,
    refuser,
  }) => {
    const credentials = await control.credentials()
    const { id } = await control.sendNotification({
      event_type: 'COUPON.SEND',
      url: `${refuser.url}?${encodeURIComponent(HOSTILE)}`,
      resource: { coupon_code: HOSTILE },
    })
    await control.restore({
      ...(await control.world()),
      notifications: (await control.world()).notifications.map((one) => ({ ...one, summary: HOSTILE })),
    })
    await control.sendNotification({ id })
    const [latest] = await control.journal({ callbacks: 'only', limit: 1 })
    await page.goto(`${server.url}/_mock#/callbacks/${id}`)
    await page.getByText(asCode.title).click()
    for (const [label, mark] of [
      ['Java', 'new NotificationParser(config)'],
      ['Go', 'verifiers.NewSHA256WithRSAPubkeyVerifier'],
      ['Python', 'WeChatPay('],
    ] as const) {
      await page.getByRole('radio', { name: label, exact: true }).check()
      const code = page.locator('details .code')
      await code.getByText(mark).waitFor()
      await expect.poll(() => code.textContent()).not.toContain(credentials.api_v3_key)
      await code.getByRole('button', { name: words.copy }).click()
      await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toContain(mark)
      const copied = await page.evaluate('navigator.clipboard.readText()')
      expect(copied).toContain(credentials.api_v3_key)
      expect(copied).toContain(latest?.request.headers['Wechatpay-Signature'])
    }
    await picture(page, `callback-program-en`)
    await page.reload()
    await page.getByText(asCode.title).click()
    await expect.poll(() => page.getByRole('radio', { name: 'Python' }).isChecked()).toBe(true)
    const file = await saved(page, () =>
      page.locator('details .code').getByRole('button', { name: words.merchants.saveFile }).click(),
    )
    expect(file.name).toBe('callback.py')
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(page.complaints).toEqual([])
  })
})
