import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { COUNT_CLICKS, describePage, test } from './chromium.ts'

const ASSOCIATE = '/v3/marketing/busifavor/coupons/associate'
const LINK = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T1', out_request_no: 'A1' }
const VIEWPORT = { width: 1_440, height: 900 }

/** Opens an address of the dashboard, and gives what counts the clicks made there since, as the page itself sees them. */
async function open(page: Page, address: string): Promise<() => Promise<number>> {
  await page.addInitScript(COUNT_CLICKS)
  await page.setViewportSize(VIEWPORT)
  await page.goto(address)
  return async () => ((await page.evaluate('window.clicks')) ?? 0) as number
}

describePage('how many clicks it takes', 'en', (words) => {
  test('expire a coupon and see the refusal: three, from the list of coupons', async ({ page, server, send }) => {
    await send({ method: 'POST', target: ASSOCIATE, body: LINK })
    const clicks = await open(page, `${server.url}/_mock#/coupons`)
    await page.locator('.rows > li', { hasText: LINK.coupon_code }).click()
    await page.getByRole('region', { name: words.life.actions }).getByRole('button', { name: 'Expire' }).click()
    await page.locator('.detail h2', { hasText: 'EXPIRED' }).waitFor()
    await page.getByRole('button', { name: words.life.callAgain }).click()

    const answer = page.locator('.detail .answer.bad')
    await answer.getByText('INVALID_REQUEST').first().waitFor()
    await expect.poll(() => page.locator('.detail h2').textContent()).toContain('400')
    expect(await clicks()).toBe(3)
    expect(page.complaints).toEqual([])
  })

  test('an answer that is lost: three, from the call that it is to happen to', async ({
    page,
    server,
    send,
    control,
  }) => {
    await send({ method: 'POST', target: ASSOCIATE, body: LINK })
    const [{ id } = { id: '' }] = await control.journal()
    const clicks = await open(page, `${server.url}/_mock#/exchanges/${id}`)
    await page.getByRole('link', { name: words.exchange.failNext }).click()
    await page.getByRole('form', { name: words.faults.recipes.answer_lost.title }).getByRole('button').first().click()
    await page.getByText(words.faults.added).waitFor()
    await expect(send({ method: 'POST', target: ASSOCIATE, body: { ...LINK, out_request_no: 'A2' } })).rejects.toThrow()
    await page.locator('.hits a').click()

    await page.locator('.detail .answer').getByText('answer_lost').waitFor()
    await expect.poll(() => page.locator('.detail h2').textContent()).toContain(words.marks.inShort.answer_lost)
    expect(await clicks()).toBe(3)
    expect(page.complaints).toEqual([])
  })

  test('an answer that is lost: three, from the list', async ({ page, server, send }) => {
    const clicks = await open(page, `${server.url}/_mock`)
    await page.getByRole('link', { name: words.views.faults }).click()
    await page.getByRole('form', { name: words.faults.recipes.answer_lost.title }).getByRole('button').first().click()
    await page.getByText(words.faults.added).waitFor()
    await expect(send({ method: 'POST', target: ASSOCIATE, body: LINK })).rejects.toThrow()
    await page.locator('.hits a').click()

    await page.locator('.detail .answer').getByText('answer_lost').waitFor()
    expect(await clicks()).toBe(3)
    expect(page.complaints).toEqual([])
  })
})
