import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { describePage, test } from './chromium.ts'

const nowhere = (i: number) => ({ method: 'POST' as const, target: `/v3/nowhere/${i}`, body: { i } })

const detailOf = (page: Page) => page.locator('.detail h2')
const opened = (page: Page) => decodeURIComponent(/#\/\w+\/([^?]+)/.exec(page.url())?.[1] ?? '')
const focused = (page: Page) =>
  page.evaluate("document.activeElement.getAttribute('href') ?? document.activeElement.id")

/** Whether the row with an address is visible below the page's bar. */
const isSeen = (page: Page, address: string) =>
  page.evaluate<boolean>(
    `(() => {
      const { top, bottom } = document.querySelector('.rows a[href="${address}"]').getBoundingClientRect()
      return bottom > top && top >= document.querySelector('.top').getBoundingClientRect().bottom && bottom <= innerHeight
    })()`,
  )

describePage('with the keyboard alone', 'en', (words) => {
  test('every list has the keys of the requests', async ({ page, server, control }) => {
    await control.addOrders([{ out_trade_no: 'T1' }, { out_trade_no: 'T2' }])
    for (let i = 0; i < 2; i++)
      await control.sendNotification({ event_type: 'REFUND.SUCCESS', url: 'http://127.0.0.1:1/' })
    await control.createMerchant({ mchid: '1900000555' })
    for (const view of ['coupons', 'stocks', 'orders', 'callbacks', 'merchants']) {
      await page.goto('about:blank')
      await page.goto(`${server.url}/_mock#/${view}`)
      const rows = page.locator('.list .rows > li > a')
      await rows.nth(1).waitFor()
      const addresses = await rows.evaluateAll((links) => links.map((link) => link.getAttribute('href')))

      await page.keyboard.press('j')
      await detailOf(page).waitFor()
      await page.keyboard.press('j')
      await expect.poll(() => page.evaluate('location.hash')).toBe(addresses[1])
      await page.keyboard.press('k')
      await expect.poll(() => page.evaluate('location.hash')).toBe(addresses[0])
      await page.keyboard.press('Control+j')
      await page.keyboard.press('Alt+j')
      await expect.poll(() => page.evaluate('location.hash')).toBe(addresses[0])
      await page.keyboard.press('Escape')
      await detailOf(page).waitFor({ state: 'detached' })
      expect(await focused(page)).toBe(addresses[0])

      await page.keyboard.press('/')
      await page.keyboard.type('jk?')
      await expect.poll(() => page.locator('.list .filters input').inputValue()).toBe('jk?')
      expect(opened(page)).toBe('')
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
      await page.keyboard.press('Escape')
      await page.keyboard.press('Escape')
      await page.keyboard.press('?')
      const help = page.getByRole('dialog', { name: words.keys.title })
      await help.waitFor()
      await expect.poll(() => help.locator('kbd').allTextContents()).toEqual(['/', 'j', 'k', 'Esc', '?'])
      await page.keyboard.press('Escape')
      await help.waitFor({ state: 'detached' })
    }
    expect(page.complaints).toEqual([])
  })

  test.for([
    [1_440, 900],
    [390, 844],
  ])(
    'the place in a long list is kept when a row is opened and closed: %i px',
    async ([width = 0, height = 0], { page, server, send }) => {
      await page.setViewportSize({ width, height })
      for (let i = 0; i < 90; i++) await send(nowhere(i))
      await page.goto(`${server.url}/_mock`)
      const row = page.locator('.rows a').nth(45)
      await row.scrollIntoViewIfNeeded()
      const address = (await row.getAttribute('href')) ?? ''
      await row.click()
      await detailOf(page).waitFor()
      // A wide page shows the detail beside the list; a narrow one replaces the list with it, scrolled to the top.
      if (width > 1_000) await expect.poll(() => isSeen(page, address)).toBe(true)
      else expect(await page.evaluate('scrollY')).toBe(0)
      await page.locator('.detail > :is(.close, .back)').filter({ visible: true }).click()
      await detailOf(page).waitFor({ state: 'detached' })

      await expect.poll(() => isSeen(page, address)).toBe(true)
    },
  )

  test('what is closed gives the focus back: a detail to its row, a dialog to its button', async ({
    page,
    server,
    send,
  }) => {
    for (let i = 0; i < 3; i++) await send(nowhere(i))
    await page.goto(`${server.url}/_mock`)
    const row = page.locator('.rows a').nth(1)
    const address = await row.getAttribute('href')
    await row.click()
    await detailOf(page).waitFor()
    await page.locator('.detail > .close').click()
    await detailOf(page).waitFor({ state: 'detached' })
    expect(await focused(page)).toBe(address)

    for (const name of [words.exporting.open, words.exchanges.clear, words.keys.title]) {
      const button = page.getByRole('button', { name, exact: true })
      await button.focus()
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      expect(await button.evaluate((one) => one.matches(':focus'))).toBe(true)
    }
  })
})
