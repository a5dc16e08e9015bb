import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { representatives } from '../helpers/representative.ts'
import { findingsInBothThemes } from './axe.ts'
import { describePage, test, viewsOf } from './chromium.ts'

const BUILT = new URL('../../dist/dashboard/assets/', import.meta.url)

test('what the page is made of stays under 150 KiB, compressed', () => {
  const files = readdirSync(BUILT)
  const bytes = files.reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, BUILT))).length, 0)
  console.log(`${files.length} assets, ${(bytes / 1_024).toFixed(1)} KiB compressed`)

  expect(files.length).toBeGreaterThan(2)
  expect(bytes).toBeLessThan(150 * 1_024)
})

describePage('the dashboard is safe', 'en', () => {
  test('a body of nothing but brackets is shown, however deep they are', async ({ page, server, control }) => {
    const body = '['.repeat(30_000) + ']'.repeat(30_000)
    await fetch(`${server.url}/v3/nowhere`, { method: 'POST', body })
    const [{ id } = { id: '' }] = await control.journal()
    await page.goto(`${server.url}/_mock#/exchanges/${id}`)

    await page
      .getByRole('region', { name: 'Request' })
      .getByRole('button', { name: /Show all/ })
      .waitFor()
    expect(page.complaints).toEqual([])
  })

  test('an accessibility check has no serious finding', async ({ page, server, send, control }) => {
    await send({ target: '/v3/certificates', signInstead: { target: '/v3/certificates/' } })
    await send({ target: '/v3/certificates', signInstead: { body: Buffer.from('unknown to all') } })
    const [exchange, unknown] = await control.journal()
    await control.addOrder({ out_trade_no: 'T1', state: 'SUCCESS' })
    await control.refundOrder('T1', { amount: 1 })
    await control.patchCoupon('100088', 'sxxe34343434', { state: 'USED' })
    const { id } = await control.sendNotification({ event_type: 'REFUND.SUCCESS', url: 'http://127.0.0.1:1/' })
    await control.planFault({ operation: 'associateTradeInfo', error: 'system_error', effect: 'slow_drip' })
    await control.planFault({ event: 'any', effect: 'late', late_by: 1, always: true })
    const opened = [
      `#/exchanges/${exchange?.id}?outcome=2xx&text=none&status=401`,
      `#/exchanges/${unknown?.id}`,
      '#/coupons/1900000001/100088/sxxe34343434',
      '#/orders/1900000001/T1',
      `#/callbacks/${id}`,
      '#/merchants/1900000001',
      '#/stocks/1900000001/100088',
    ]
    const findings: string[] = []
    await page.goto(`${server.url}/_mock`)
    const views = await viewsOf(page)
    expect(views.length).toBeGreaterThan(0)
    for (const address of [...views, '#/exchanges?start=open', ...opened]) {
      await page.goto(`${server.url}/_mock${address}`)
      if (opened.includes(address)) await page.locator('.detail h2').waitFor()
      await page.locator('.loading').first().waitFor({ state: 'detached' })
      // Check folded sections as well.
      const folded = page.locator('details:not([open]) > summary')
      while ((await folded.count()) > 0) await folded.first().click()
      findings.push(...(await findingsInBothThemes(page)).map((finding) => `${address} ${finding}`))
    }
    expect(findings).toEqual([])
  })

  test('nor has one of the lists of things, of dialogs, and of what opens within a view', async ({
    page,
    server,
    send,
    control,
  }) => {
    await send({ target: '/v3/certificates', signInstead: { target: '/v3/certificates/' } })
    await send({
      method: 'POST',
      target: '/v3/marketing/busifavor/coupons/associate',
      body: { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T1', out_request_no: 'R-1' },
    })
    const [unsigned] = await control.journal()
    await control.addOrder({ out_trade_no: 'T1', state: 'SUCCESS' })
    const button = (name: string) => page.getByRole('button', { name, exact: true })
    const asks = async (name: string) => {
      await button(name).click()
      await page.getByRole('dialog').waitFor()
    }
    const kinds = (await control.things()).filter(({ listed }) => listed)
    expect(kinds.length).toBeGreaterThan(5)
    const places: readonly (readonly [address: string, act?: () => Promise<unknown>])[] = [
      ...representatives(kinds).map(({ id }) => [`#/${id}`] as const),
      ['#/exchanges', () => asks('Export')],
      ['#/exchanges', () => asks('Clear all')],
      ['#/exchanges', () => asks('Keys')],
      [`#/send/${unsigned?.id}`],
      ['#/seed', () => asks('Reset to the seed')],
      ['#/coupons/1900000001/100088/sxxe34343434', () => button('Sequence diagram').click()],
      ['#/orders/1900000001/T1', () => button('Refund part of it…').click()],
      ['#/stocks/1900000001/100088', () => button('Hand out a coupon…').click()],
    ]
    const findings: string[] = []
    for (const [address, act] of places) {
      await page.goto('about:blank')
      await page.goto(`${server.url}/_mock${address}`)
      await page.locator('main h1').waitFor({ state: 'attached' })
      await page.locator('.loading').first().waitFor({ state: 'detached' })
      await act?.()
      findings.push(...(await findingsInBothThemes(page)).map((finding) => `${address} ${finding}`))
    }
    expect(findings).toEqual([])
    expect(page.complaints).toEqual([])
  })

  test('what is announced to those who do not see the page is not the traffic', async ({ page, server, send }) => {
    await send({ target: '/v3/certificates' })
    await page.goto(`${server.url}/_mock`)
    await page.locator('.rows a').waitFor()
    await page.evaluate(`
      window.announced = []
      for (const region of document.querySelectorAll('[aria-live], [role=status], [role=alert], [role=log], output'))
        new MutationObserver((changes) => announced.push(...changes)).observe(region, { subtree: true, childList: true, characterData: true })
    `)
    for (let i = 0; i < 50; i++) await send({ target: '/v3/certificates' })
    await expect.poll(() => page.locator('.rows a').count()).toBe(50)
    expect(await page.evaluate('announced.length')).toBe(0)
  })

  test('a page of another origin can drive neither the control API nor the calls', async ({
    page,
    server,
    control,
  }) => {
    const other = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end('<title>other</title>'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    await using stack = new AsyncDisposableStack()
    stack.defer(() => void other.close())
    const { frozen } = await control.clock()

    await page.goto(`http://localhost:${(other.address() as AddressInfo).port}/`)
    const attempts = await page.evaluate(`(async () => {
      const calls = [
        fetch('${server.url}/_mock/clock', { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: '{"frozen":true}' }),
        fetch('${server.url}/_mock/clock', { method: 'PUT', mode: 'no-cors', body: '{"frozen":true}' }),
        fetch('${server.url}/_mock/reset', { method: 'POST', mode: 'no-cors' }),
        fetch('${server.url}/_mock/credentials'),
        fetch('${server.url}/v3/certificates'),
        fetch('${server.url}/v3/certificates', { mode: 'no-cors' }),
        fetch('${server.url}/v3/marketing/busifavor/coupons/associate', { method: 'POST', mode: 'no-cors', body: '{}' }),
      ]
      return (await Promise.allSettled(calls)).map((one) => one.status === 'fulfilled' ? one.value.type : 'refused')
    })()`)

    // An opaque response means that the request was sent, and answered with 403.
    expect(attempts).toEqual(['refused', 'refused', 'opaque', 'refused', 'refused', 'opaque', 'opaque'])
    expect(await control.journalCount()).toBe(0)
    expect(await control.clock()).toMatchObject({ frozen })
  })

  test('nor can one whose name was pointed at this machine', async ({ page, server }) => {
    await page.goto(`http://evil.test:${server.port}/_mock/health`)
    await expect.poll(() => page.textContent('body')).toContain('MOCK_FORBIDDEN_HOST')
    await page.goto(`http://evil.test:${server.port}/v3/certificates`)
    await expect.poll(() => page.textContent('body')).toContain('wechatpay-mock does not answer to the name in Host')
    await page.goto(`http://evil.test:${server.port}/_mock`)
    await expect.poll(() => page.textContent('body')).toContain('MOCK_FORBIDDEN_HOST')
  })

  test('the first paint comes soon', async ({ page, server }) => {
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('heading', { name: 'Requests' }).waitFor()
    const paint = (await page.evaluate(
      "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0",
    )) as number
    console.log(`first contentful paint after ${Math.round(paint)} ms`)
    expect(paint).toBeGreaterThan(0)
    const waitedFor = (await page.evaluate(
      `performance.getEntriesByType('resource').filter((one) => /assets.*\\.(js|css)$/.test(one.name) && one.startTime < ${paint}).map((one) => one.name)`,
    )) as string[]
    // One script and one style sheet, neither waiting for the other.
    expect(waitedFor).toHaveLength(2)
  })
})

describePage('with a control token', 'en', () => {
  test.override('controlToken', 'open sesame')

  test('the page asks for it, and the tab keeps it', async ({ page, server }) => {
    await page.goto(`${server.url}/_mock`)
    const field = page.getByRole('textbox', { name: 'Token' })
    await field.waitFor()
    // The page behind the dialog does not repeat its message.
    await expect.poll(() => page.locator('.wrong').count()).toBe(0)
    await field.fill('wrong')
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByText('The mock rejected this token.').waitFor()
    await expect.poll(() => page.locator('.wrong').allTextContents()).toEqual(['The mock rejected this token.'])
    expect(await findingsInBothThemes(page)).toEqual([])
    await field.fill('open sesame')
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByText('live', { exact: true }).waitFor()
    await page.reload()
    await page.getByText('live', { exact: true }).waitFor()
    expect(await page.evaluate("Object.values(localStorage).includes('open sesame')")).toBe(false)
  })
})
