import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { describePage, picture, test } from './chromium.ts'

const run = promisify(execFile)

const rowsOf = (page: Page) => page.locator('.rows > li')
const copied = (page: Page) => page.evaluate<string>('navigator.clipboard.readText()')

/** How many rows are seen whole, without scrolling. */
const rowsSeen = (page: Page) =>
  page.evaluate<number>(`[...document.querySelectorAll('.rows a')].filter(
    (row) => row.getBoundingClientRect().bottom <= innerHeight).length`)

describePage('a first visit', 'en', (words) => {
  const { start, exchanges } = words

  test('shows how to connect an SDK, in each language that there are programs for', async ({ page, server }) => {
    await page.goto(`${server.url}/_mock`)
    const connect = page.getByRole('region', { name: start.connect })
    await connect.getByText('com.wechat.pay.java').first().waitFor()
    for (const [label, text] of [
      ['Node.js', 'wechatpay-axios-plugin'],
      ['Go', 'wechatpay-go'],
      ['.env', server.url],
    ] as const) {
      await connect.getByText(label, { exact: true }).click()
      await connect.locator('pre').getByText(text).first().waitFor()
    }
    await connect.getByText('Python', { exact: true }).click()
    await connect.locator('pre').getByText('wechatpayv3').first().waitFor()
    await connect.getByRole('button', { name: words.copy, exact: true }).click()
    await expect.poll(() => copied(page)).toContain('-----BEGIN PRIVATE KEY-----')
    expect(await copied(page)).toContain(server.url)
    await expect.poll(() => connect.textContent()).not.toContain('-----BEGIN PRIVATE KEY-----\\nMII')
    expect(page.complaints).toEqual([])
  })

  test('has a call that works as it is copied, and is signed afresh before it is too old', async ({
    page,
    server,
    control,
  }) => {
    await page.clock.install()
    await page.goto(`${server.url}/_mock`)
    const sample = page.getByRole('region', { name: exchanges.firstTitle })
    const signature = async () => /signature="([^"]+)"/.exec((await sample.textContent()) ?? '')?.[1]
    await expect.poll(signature).toBeDefined()
    const first = await signature()
    await page.clock.fastForward('04:01')
    await expect.poll(signature).not.toBe(first)

    await sample.getByRole('button', { name: exchanges.copyCurl }).click()
    await expect.poll(() => copied(page)).toContain('curl ')
    const { stdout } = await run('bash', ['-c', await copied(page)])
    expect(stdout).toContain('HTTP/1.1 200')
    expect(await control.journalCount({ status: 200 })).toBe(1)
  })

  test('plays a story, and leads to what is worth a look', async ({ page, server, control }) => {
    await page.goto(`${server.url}/_mock`)
    await picture(page, `first-visit-en`)
    await page.getByRole('button', { name: start.play }).click()
    await expect.poll(() => rowsOf(page).count()).toBe(6)
    await expect.poll(() => page.locator('.start').count()).toBe(0)
    const hint = page.getByRole('region', { name: start.played })
    await picture(page, `first-visit-played-en`)

    await hint.getByRole('link', { name: start.places.unauthenticated }).click()
    await page.getByText(words.diagnosis.verdicts.proved).waitFor()
    await hint.getByRole('link', { name: start.places.refused }).click()
    await page.locator('.answer .why code').getByText('not_usable').waitFor()
    // In a row stands the sentence alone.
    expect((await page.locator('.rows .note').allTextContents()).join()).not.toContain('not_usable')
    await hint.getByRole('link', { name: start.places.thing('Coupon') }).click()
    await page.locator('.detail').getByText('USED').first().waitFor()
    await page.goBack()
    await hint.getByRole('link', { name: start.places.callback }).click()
    await page.locator('.detail').getByText('TRANSACTION.SUCCESS').first().waitFor()
    await page.goto(`${server.url}/_mock#/exchanges`)
    await hint.getByRole('button', { name: words.dismiss }).click()
    await expect.poll(() => hint.count()).toBe(0)
    expect(await control.journalCount()).toBe(6)
    expect(page.complaints).toEqual([])
  })

  test('is offered later too, and says why no story can be played', async ({ page, server, send, control }) => {
    await send({ target: '/v3/certificates' })
    await page.goto(`${server.url}/_mock`)
    await expect.poll(() => rowsOf(page).count()).toBe(1)
    await expect.poll(() => page.locator('.start').count()).toBe(0)
    await page.getByRole('button', { name: start.title }).click()
    await page.getByRole('region', { name: start.title }).waitFor()
    await control.planFault({ error: 'system_error' })
    await page.getByRole('button', { name: start.play }).click()
    await page.getByText('The story would meet the planned fault').waitFor()
    expect(await control.journalCount()).toBe(1)
    await page.getByRole('button', { name: start.title }).click()
    await expect.poll(() => page.locator('.start').count()).toBe(0)
  })

  test('is none where filters leave nothing, which are taken away there', async ({ page, server, send }) => {
    await send({ target: '/v3/certificates' })
    await page.goto(`${server.url}/_mock#/exchanges?text=none&status=401`)
    await page.getByText(exchanges.nothingFits).waitFor()
    await expect.poll(() => page.locator('.start').count()).toBe(0)
    await page.getByRole('button', { name: exchanges.clearFilters }).click()
    await expect.poll(() => rowsOf(page).count()).toBe(1)
    await expect.poll(() => page.url()).toMatch(/#\/exchanges$/)
  })

  test('what stands over the list leaves room for it', async ({ page, server, send }) => {
    for (let i = 0; i < 20; i++) await send({ target: '/v3/certificates' })
    await send({ target: '/v3/certificates', signInstead: { target: '/v3/certificates/' } })
    const [{ id } = { id: '' }] = await server.control.journal({ status: 401 })
    await page.setViewportSize({ width: 1_440, height: 900 })
    await page.goto(`${server.url}/_mock#/exchanges/${id}`)
    await page.locator('.traffic').waitFor()
    await expect.poll(() => rowsOf(page).count()).toBe(21)
    await expect.poll(() => rowsSeen(page)).toBeGreaterThanOrEqual(12)
    // Names begin right behind the status.
    const ends = await page.locator('.rows .row-status').first().boundingBox()
    const begins = await page.locator('.rows .row-name').first().boundingBox()
    expect((begins?.x ?? 0) - ((ends?.x ?? 0) + (ends?.width ?? 0))).toBeLessThanOrEqual(16)
    // Other filters are a press away, and stay whole.
    const merchant = page.getByRole('searchbox', { name: exchanges.merchant })
    await expect.poll(() => merchant.isVisible()).toBe(false)
    await page.getByRole('button', { name: words.filter }).click()
    await merchant.fill('1900000001')
    await expect.poll(() => page.url()).toContain('mchid=1900000001')

    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto(`${server.url}/_mock#/exchanges`)
    await page.locator('.traffic').waitFor()
    await expect.poll(() => rowsSeen(page)).toBeGreaterThanOrEqual(8)
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  })
})
