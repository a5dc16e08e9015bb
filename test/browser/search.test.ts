import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { describeInEachLanguage, describePage, expectFit, test } from './chromium.ts'

const LINK = {
  method: 'POST',
  target: '/v3/marketing/busifavor/coupons/associate',
  body: { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T-1001', out_request_no: 'A1' },
} as const

const boxOf = (page: Page) => page.getByRole('combobox', { expanded: true })
const activeOf = (page: Page) => page.locator('dialog .active')

describePage('one box for any number', 'en', (words) => {
  test('keys open it, step through what it finds, open that, and close it', async ({ page, server, send, control }) => {
    await control.addOrder({ out_trade_no: 'T-1001', state: 'SUCCESS' })
    await control.addTransfer({ out_bill_no: 'PAYOUT1' })
    await send(LINK)
    const [{ id } = { id: '' }] = await control.journal()
    await page.goto(`${server.url}/_mock#/clock`)
    await page.getByRole('heading', { name: words.views.clock, exact: true }).waitFor()

    await page.keyboard.press('Control+k')
    await boxOf(page).fill('T-1001')
    const options = page.getByRole('dialog').getByRole('option')
    await expect
      .poll(() => options.allTextContents())
      .toEqual([
        expect.stringMatching(/^T-1001 SUCCESS/),
        expect.stringMatching(/^sxxe34343434/),
        expect.stringMatching(/^Link a coupon to an order/),
      ])
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => activeOf(page).textContent()).toContain('sxxe34343434')
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => activeOf(page).textContent()).toContain('T-1001')
    await page.keyboard.press('Enter')
    await page.locator('.detail h2', { hasText: 'T-1001' }).waitFor()
    await expect.poll(() => page.url()).toMatch(/#\/orders\/1900000001\/T-1001$/)

    // A number that is pasted opens what has it, though the answer comes after Enter.
    for (const [number, address] of [
      ['PAYOUT1', '#/transfers/1900000001/PAYOUT1'],
      [id, `#/exchanges/${id}`],
    ] as const) {
      await page.keyboard.press('Control+k')
      await boxOf(page).fill(number)
      await page.keyboard.press('Enter')
      await page.waitForURL(`**${address}`)
    }
    // Up from the first leads to the last.
    await page.keyboard.press('Control+k')
    await boxOf(page).fill('190000')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Escape')
    await expect.poll(() => boxOf(page).count()).toBe(0)
    await expect.poll(() => page.url()).toContain(`#/exchanges/${id}`)
    expect(page.complaints).toEqual([])
  })

  test('a button opens it, and it leads to views, callbacks and merchants', async ({ page, server, control }) => {
    const { id } = await control.sendNotification({ event_type: 'REFUND.SUCCESS', url: 'http://127.0.0.1:1/' })
    await page.goto(`${server.url}/_mock`)
    const find = async (text: string, name: RegExp) => {
      await page.getByRole('button', { name: words.search.open }).click()
      await boxOf(page).fill(text)
      await page.getByRole('option', { name }).click()
    }
    await find('sett', /^Settings$/)
    await page.getByRole('heading', { name: words.views.settings }).waitFor()
    await find('payment', /^Refunds Payment$/)
    await page.getByRole('heading', { name: 'Refunds' }).waitFor()
    await find(id, /REFUND\.SUCCESS/)
    await page.waitForURL(`**#/callbacks/${id}`)
    await find('1900000001', /^1900000001/)
    await page.waitForURL('**#/merchants/1900000001')
    await page.getByRole('button', { name: words.search.open }).click()
    await boxOf(page).fill('<img src=x onerror=hacked=1>')
    await page.getByText(words.nothingMatches).waitFor()
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    await page.getByRole('dialog').getByRole('button', { name: words.close }).click()
    await expect.poll(() => boxOf(page).count()).toBe(0)
    expect(page.complaints).toEqual([])
  })

  test('one of 20,000 coupons is found', async ({ page, server, control }) => {
    await control.restore({
      stocks: [{ stock_id: '100088' }],
      coupons: Array.from({ length: 20_000 }, (_, i) => ({ stock_id: '100088', coupon_code: `C${100_000 + i}` })),
    })
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('button', { name: words.search.open }).waitFor()
    await page.keyboard.press('Control+k')
    await boxOf(page).waitFor()
    await page.keyboard.type('C110000')
    await page.getByRole('option', { name: /^C110000/ }).waitFor()
  })
})

describeInEachLanguage('the box for any number', (words) => {
  test('fits into each window, and is accessible', async ({ page, server, send, control }) => {
    await control.addOrder({ out_trade_no: 'T-1001', state: 'SUCCESS' })
    await send(LINK)
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('button', { name: words.search.open }).click()
    await expectFit(page, 'search-views')
    await boxOf(page).fill('T-1001')
    await page
      .getByRole('option', { name: /T-1001/ })
      .first()
      .waitFor()
    await expectFit(page, 'search')
    expect(page.complaints).toEqual([])
  })
})
