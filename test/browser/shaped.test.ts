import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { firstProducts } from '../helpers/first-products.ts'
import { createScoreOrder } from '../helpers/pay-score.ts'
import { startReceiver } from '../helpers/receiver.ts'
import { findingsInBothThemes } from './axe.ts'
import { describePage, pick, test } from './chromium.ts'

const focused = (page: Page) => page.evaluate<string>("document.activeElement.getAttribute('aria-label') ?? ''")
/** The option that the arrow keys stand on. */
const active = (page: Page) => page.locator('.candidates .active > span:last-child').textContent()

describePage('calls that are only shaped', 'zh-CN', (words) => {
  test.override('products', firstProducts)

  test('say so in the list and opened, and others do not', async ({ page, server, send }) => {
    await send({ method: 'GET', target: '/v3/certificates' })
    await send(createScoreOrder('A1'))
    await page.goto(`${server.url}/_mock`)
    const rows = page.locator('.rows > li')
    await rows.nth(1).waitFor()
    await expect.poll(() => rows.nth(0).getByText(words.marks.shaped, { exact: true }).count()).toBe(1)
    await expect.poll(() => rows.nth(1).getByText(words.marks.shaped, { exact: true }).count()).toBe(0)
    await rows.nth(0).locator('a').click()
    await page.locator('.detail h2').getByText(words.marks.shaped, { exact: true }).waitFor()
    expect(page.complaints).toEqual([])
  })

  test('one of hundreds is found by path, title, id and product, with the keyboard alone', async ({
    page,
    server,
    send,
  }) => {
    await send(createScoreOrder('A1'))
    await send({ method: 'GET', target: '/v3/certificates' })
    await page.goto(`${server.url}/_mock`)
    const field = page.getByRole('combobox', { name: words.exchanges.operation, exact: true })
    await page.getByRole('searchbox').first().focus()
    await page.keyboard.press('Tab')
    await expect.poll(() => page.locator('.candidates').count()).toBe(0)
    await page.keyboard.press('ArrowDown')
    const options = page.locator('.candidates').getByRole('option')
    await expect.poll(() => options.count()).toBeGreaterThan(400)

    await page.keyboard.type('微信支付分 serviceorder post')
    await expect.poll(() => active(page)).toContain('POST /v3/payscore/')
    const shaped = page.locator('.candidates [role=option]:not(:has(.badge))')
    await expect.poll(() => shaped.count()).toBe(0)
    await field.fill('downloadCertificates')
    await expect.poll(() => options.allTextContents()).toEqual([expect.stringContaining('GET /v3/certificates')])
    await field.fill('no such call')
    await page.getByText(words.nothingMatches).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => field.inputValue()).toBe(words.exchanges.anyOperation)

    await field.fill('/v3/payscore/serviceorder')
    const first = await active(page)
    await page.keyboard.press('ArrowDown')
    expect(await active(page)).not.toBe(first)
    await page.keyboard.press('ArrowUp')
    expect(await active(page)).toBe(first)
    expect(await findingsInBothThemes(page)).toEqual([])
    expect(await focused(page)).toBe(words.exchanges.operation)

    // Whoever leaves the field takes the only one that is found; of several none.
    await page.keyboard.press('Tab')
    await expect.poll(() => page.url()).not.toContain('operation=')
    await field.fill('POST /v3/payscore/serviceorder 创建')
    await expect.poll(() => options.count()).toBeGreaterThan(0)
    await pick(field, 'downloadCertificates')
    await expect.poll(() => page.url()).toContain('operation=downloadCertificates')
    await expect.poll(() => page.locator('.rows > li').count()).toBe(1)
    await field.fill('')
    await page.keyboard.press('Tab')
    await expect.poll(() => page.locator('.rows > li').count()).toBe(2)
    expect(page.complaints).toEqual([])
  })

  test('a documented callback is found by its product, says that it is shaped, and is sent', async ({
    page,
    server,
    control,
  }) => {
    const receiver = await startReceiver(204)
    await using stack = new AsyncDisposableStack()
    stack.defer(() => receiver.close())
    await page.goto(`${server.url}/_mock#/callbacks`)
    await page.getByText(words.callbacks.send, { exact: true }).click()
    const form = page.locator('form')
    const field = form.getByRole('combobox', { name: words.callbacks.event })
    await field.click()
    const groups = form.getByRole('group')
    await expect.poll(() => groups.count()).toBeGreaterThan(10)
    await field.fill('投诉')
    await form.getByRole('option', { name: 'COMPLAINT.CREATE' }).getByText(words.marks.shaped).waitFor()
    await form.getByRole('option', { name: 'COMPLAINT.CREATE' }).click()
    await expect.poll(() => field.inputValue()).toBe('COMPLAINT.CREATE')
    await form.getByText(words.marks.shaped, { exact: true }).waitFor()
    await form.getByRole('textbox', { name: words.callbacks.url }).fill(receiver.url)
    await form.getByRole('textbox', { name: words.callbacks.resource }).fill('{ "complaint_id": "C1" }')
    // Only the type of an event can be let go wrong if several products have it.
    await form.getByRole('combobox', { name: words.callbacks.how }).selectOption('bad_signature')
    await form.getByRole('button', { name: words.callbacks.sendNow }).click()
    await page.locator('.detail').getByText('"complaint_id": "C1"').waitFor()
    expect(receiver.received).toHaveLength(1)

    await pick(field, 'TRANSACTION.SUCCESS/profit-sharing')
    await form.getByRole('button', { name: words.callbacks.sendNow }).click()
    await expect.poll(() => receiver.received.length).toBe(2)
    expect((await control.notifications({ event_type: 'TRANSACTION.SUCCESS' })).length).toBe(1)
    expect(await control.faults()).toEqual([])
  })

  test('what they remember is listed by number and product, and opened with its members', async ({
    page,
    server,
    send,
  }) => {
    await send(createScoreOrder('A1'))
    await page.goto(`${server.url}/_mock#/remembered`)
    const row = page.locator('.rows > li')
    await row.getByText('微信支付分').waitFor()
    await row.locator('a').click()
    const facts = page.locator('.detail .facts')
    await facts.getByText('service_introduction').waitFor()
    await facts.getByText('酒店').waitFor()
    await page.locator('.detail h2').getByText('CREATED').waitFor()
    expect(await findingsInBothThemes(page)).toEqual([])
    expect(page.complaints).toEqual([])
  })
})
