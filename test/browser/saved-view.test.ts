import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { SavedView } from '../../src/control/calls/saved-view.ts'
import { engineOf } from '../../src/mock.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { describeInEachLanguage, describePage, expectFit, test } from './chromium.ts'

/** Opens a saved file, and fails if that asks anybody for anything. */
async function openFile(page: Page, path: string): Promise<string[]> {
  const asked: string[] = []
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) asked.push(request.url())
  })
  await page.goto(pathToFileURL(path).href)
  return asked
}

async function savedFile(control: MockControl, view: string): Promise<string> {
  const { html } = await control.savedView({ view })
  const path = join(tmpdir(), `saved-view-${process.pid}-${Math.random()}.html`)
  writeFileSync(path, html)
  return path
}

const carriedBy = (html: string): SavedView =>
  JSON.parse(/<script type="application\/json" id="saved">(.*?)<\/script>/s.exec(html)?.[1] ?? '')

describePage('a view saved in one file', 'en', (words) => {
  test('shows the same elsewhere, without a mock', async ({ page, server, control }) => {
    const story = await control.playStory()
    await page.goto(`${server.url}/_mock#/exchanges?callbacks=no`)
    // The names of the calls may come after their rows.
    await page.locator('.rows > li').getByText('Redeem a coupon').waitFor()
    const rows = await page.locator('.rows > li').allTextContents()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: words.saved.save }).click()
    const file = await download
    expect(file.suggestedFilename()).toMatch(/^exchanges-[\dT-]+\.html$/)
    await page.getByText(words.saved.done(rows.length, 0)).waitFor()
    const path = join(tmpdir(), `saved-view-${process.pid}.html`)
    await file.saveAs(path)

    const asked = await openFile(page, path)
    await page.getByText(/^Saved view of 2\d{3}-.*, read-only\. Filter: callbacks no$/).waitFor()
    // The first row also says the day, which nobody knows elsewhere.
    const shown = async () =>
      (await page.locator('.rows > li').allTextContents()).map((row) => row.replace(/^2\d{3}-\d\d-\d\d/, ''))
    await expect.poll(shown).toEqual(rows)
    await expect
      .poll(() => page.getByRole('navigation', { name: words.navigation }).getByRole('link').allTextContents())
      .toEqual(['Requests', 'Callbacks', 'Merchant coupons', 'Payment'])
    // Each call with its details, and what it is about.
    for (const { id } of story.filter(({ callback }) => !callback)) {
      await page.locator(`.rows a[href*="${id}"]`).click()
      await page.locator('.detail').getByText(id).first().waitFor()
      await page
        .getByRole('heading', { name: /^Answer|^Response/ })
        .first()
        .waitFor()
    }
    await page.locator('.touched a[href*="orders"]').first().click()
    await page.getByRole('heading', { name: 'History' }).waitFor()
    await page.getByRole('button', { name: words.life.asStory }).click()
    await expect.poll(() => page.locator('.story').textContent()).toContain('TRANSACTION.SUCCESS #1')
    await page.getByRole('link', { name: 'Callbacks', exact: true }).click()
    await page.locator('.rows a').first().click()
    await page.getByRole('heading', { name: words.callbacks.content }).waitFor()

    expect(await page.getByText(words.saved.lacks).count()).toBe(0)
    for (const name of [words.exchange.replay, words.callbacks.repeat, words.exchanges.clear, words.saved.save]) {
      expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0)
    }
    expect(asked).toEqual([])
    expect(page.complaints).toEqual([])
  })

  test('has a list of things, or of callbacks, with what these lead to', async ({ page, control }) => {
    await control.playStory()
    await openFile(page, await savedFile(control, 'orders?state=SUCCESS'))
    await page.getByText(/Filter: state SUCCESS$/).waitFor()
    await page.locator('.rows a').first().click()
    await page.getByRole('heading', { name: 'History' }).waitFor()
    await page.locator('.timeline a[href*="exchanges"]').first().click()
    await page.getByText('Request-ID').first().waitFor()

    await openFile(page, await savedFile(control, 'callbacks'))
    await page.locator('.rows a').first().click()
    await page.locator('.timeline a[href*="exchanges"]').first().click()
    await page.getByText('Request-ID').first().waitFor()
    expect(await page.getByText(words.saved.lacks).count()).toBe(0)
    expect(page.complaints).toEqual([])
  })

  test('says so where it lacks something, and changes nothing', async ({ page, control }) => {
    await control.playStory()
    await openFile(page, await savedFile(control, 'exchanges'))
    await page.locator('.rows a').nth(1).click()
    await page.getByText('Request-ID').first().waitFor()
    const [{ id } = { id: '' }] = await control.journal({ callbacks: 'no' })
    await page.evaluate(`location.hash = '#/send/${id}'`)
    await page.locator('form.card').waitFor({ state: 'attached' })
    await page.evaluate("document.querySelector('form.card').requestSubmit()")
    await page.locator('.notices').getByText(words.saved.readOnly).waitFor()
    await page.evaluate("location.hash = '#/exchanges/08AAAA'")
    await page.getByText(words.saved.lacks).waitFor()
  })

  test('has no secret, and nothing of a call is more than text', async ({ page, control, server }) => {
    const { merchant_private_key, api_v3_key } = await control.credentials()
    const { api_v3_key: other } = await control.createMerchant()
    await fetch(`${server.url}/v3/pay/transactions/jsapi`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer hush-hush', Cookie: 'session=hush-hush' },
      body: JSON.stringify({
        merchant_private_key,
        api_v3_key,
        other,
        attach: '</script><img src=x onerror="hacked=1">',
      }),
    })
    const { html, rows } = await control.savedView()
    expect(rows).toBe(1)
    const carried = carriedBy(html)
    const text = JSON.stringify(carried)
    expect(text).toContain('api_v3_key')
    for (const secret of [api_v3_key, other, 'hush-hush', 'PRIVATE KEY', merchant_private_key.split('\n')[3] ?? '-']) {
      expect(text.includes(secret), secret).toBe(false)
    }
    expect(carried.lists).toEqual(['exchanges'])

    await openFile(page, await savedFile(control, 'exchanges'))
    await page.locator('.rows a').first().click()
    await page.locator('.message pre').getByText('onerror').waitFor()
    expect(await page.evaluate("'hacked' in window")).toBe(false)
    expect(page.complaints).toEqual([])
  })

  test('stays within bounds, and says what it left out', async ({ control, send, server }) => {
    await send({ target: '/v3/pay/transactions/jsapi', body: { attach: 'x'.repeat(70_000) } })
    const { exchanges, journal } = engineOf(server.mock)
    const [exchange] = await exchanges.list()
    if (!exchange) throw new Error('The journal is empty')
    for (let i = 1; i < 150; i++) journal.add({ ...exchange, id: `N${i}` })
    const { html, rows, left_out } = await control.savedView()
    expect(html.length).toBeLessThan(10 * 1_048_576)
    expect(rows).toBeGreaterThan(20)
    expect(left_out).toBeGreaterThan(0)
    expect((await control.savedView({ limit: 2 })).rows).toBe(2)
  })
})

describeInEachLanguage('a saved view, in pictures', (_, language) => {
  test('fits each width', async ({ page, control }) => {
    await control.playStory()
    await openFile(page, await savedFile(control, 'exchanges'))
    await page.locator('.saved-view').waitFor()
    await expect
      .poll(() => page.locator('.saved-view').textContent())
      .toContain(language === 'en' ? 'read-only' : '只读')
    await page.locator('.rows a').nth(1).click()
    await page.getByText('Request-ID').first().waitFor()
    await expectFit(page, 'saved-view')
  })
})
