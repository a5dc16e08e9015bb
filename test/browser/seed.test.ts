import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { describeInEachLanguage, describePage, expectFit, picture, test } from './chromium.ts'

const file = (name: string, content: string) => ({
  name,
  mimeType: 'application/json',
  buffer: Buffer.from(content),
})

/** How many of a kind the page shows. */
async function shown(page: Page, kind: string): Promise<number> {
  const label = page.getByText(kind, { exact: true })
  const text = await page.locator('.counts > div').filter({ has: label }).locator('dd').textContent()
  return Number(text?.replaceAll(',', ''))
}

describePage('what the mock holds, in the dashboard', 'en', () => {
  test('is counted, also when it changes', async ({ page, server, control }) => {
    const { orders, coupons } = await control.worldCounts()
    await page.goto(`${server.url}/_mock#/seed`)
    await expect.poll(() => shown(page, 'Orders')).toBe(orders)
    await expect.poll(() => shown(page, 'Coupons')).toBe(coupons)
    // Tables that keep the books of others have no title.
    expect((await page.locator('.counts dt').allTextContents()).filter((title) => title.includes('_'))).toEqual([])
    await control.addOrders([{}, {}])
    await expect.poll(() => shown(page, 'Orders')).toBe(orders + 2)

    // Its name is in sight, also where not all names have room.
    await page.setViewportSize({ width: 390, height: 800 })
    await page.reload()
    const end = async () => {
      const box = await page.getByRole('link', { name: 'Data' }).boundingBox()
      return box === null ? Number.POSITIVE_INFINITY : box.x + box.width
    }
    await expect.poll(end).toBeLessThanOrEqual(390)
  })

  test('is reset once it is confirmed, and not before', async ({ page, server, control }) => {
    const { orders } = await control.worldCounts()
    await control.addOrder()
    await page.goto(`${server.url}/_mock#/seed`)
    await page.getByRole('button', { name: 'Reset to the seed' }).click()
    await picture(page, 'seed-question')
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page.locator('main').getByRole('button', { name: 'Reset to the seed' }).focus()
    // Pressing Enter once more cancels it.
    for (let i = 0; i < 2; i++) {
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor({ state: i === 0 ? 'visible' : 'detached' })
    }
    await page.getByRole('button', { name: 'Reset to the seed' }).click()
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    // Whoever works with the keyboard goes on where the question was asked.
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Reset to the seed')
    expect((await control.worldCounts()).orders).toBe(orders + 1)

    await page.getByRole('button', { name: 'Reset to the seed' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Reset to the seed' }).click()
    await page.getByText('The mock was reset to its seed.').waitFor()
    expect((await control.worldCounts()).orders).toBe(orders)
    await expect.poll(() => shown(page, 'Orders')).toBe(orders)
    expect(page.complaints).toEqual([])
  })

  test('is replaced by a file, chosen or dropped', async ({ page, server, control }) => {
    await page.goto(`${server.url}/_mock#/seed`)
    const choose = page.getByLabel('Choose a file')
    await choose.setInputFiles(file('shop.json', '{"orders":[{"out_trade_no":"CHOSEN"}]}'))
    await page.getByRole('dialog').getByText('Load shop.json').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Load' }).click()
    await page.getByText('shop.json is loaded.').waitFor()
    expect((await control.orders()).items).toMatchObject([{ out_trade_no: 'CHOSEN' }])

    const dropped = await page.evaluateHandle(`(() => {
      const data = new DataTransfer()
      data.items.add(new File(['{"orders":[{"out_trade_no":"DROPPED"},{}]}'], 'other.json', { type: 'application/json' }))
      return data
    })()`)
    await page.locator('.drop').dispatchEvent('drop', { dataTransfer: dropped })
    await page.getByRole('dialog').getByRole('button', { name: 'Load' }).click()
    await page.getByText('other.json is loaded.').waitFor()
    expect((await control.orders()).total).toBe(2)
    await expect.poll(() => shown(page, 'Orders')).toBe(2)
    expect(page.complaints).toEqual([])
  })

  test('is not touched by a file that does not fit, and the page says where it does not', async ({
    page,
    server,
    control,
  }) => {
    const before = await control.worldCounts()
    await page.goto(`${server.url}/_mock#/seed`)
    const refused = page.getByRole('alert')
    for (const [content, words] of [
      ['{"orders":[{},{"total":-1}]}', '/orders/1/total'],
      ['{"coupons":', 'not JSON'],
      ['{"gifts":[]}', '/gifts'],
      ['{"merchants":[{"mchid":"1900000055","api_v3_key":"short"}]}', '/merchants/0/api_v3_key'],
    ] as const) {
      await page.getByLabel('Choose a file').setInputFiles(file('<b>bad.json', content))
      await page.getByRole('dialog').getByRole('button', { name: 'Load' }).click()
      await refused.getByText('<b>bad.json was not loaded. Nothing has changed.').waitFor()
      await expect.poll(() => refused.textContent()).toContain(words)
    }
    await picture(page, 'seed-refused')
    expect(await control.worldCounts()).toEqual(before)
  })
})

describeInEachLanguage('a snapshot of what the mock holds', ({ seed }) => {
  test('is kept by name, saved, and restored', async ({ page, server, control }) => {
    await page.goto(`${server.url}/_mock#/seed`)
    const before = await control.worldCounts()
    await page.getByLabel(seed.snapshotName).fill('before/the test')
    await page.getByRole('button', { name: seed.take }).click()
    await page.getByText(seed.taken).waitFor()
    await page.getByRole('button', { name: seed.take }).click()
    await page.getByRole('listitem', { name: seed.usualName(1) }).waitFor()
    await control.addOrder()
    await control.patchCoupon('100088', 'COUPON_SENDED', { state: 'USED' })

    // The mock keeps them: for another tab, and when it is reset.
    await control.reset()
    await page.reload()
    await control.keepSnapshot({ name: 'by a program' })
    await page.getByRole('listitem', { name: 'by a program' }).waitFor()
    await expectFit(page, 'snapshots')
    const snapshot = page.getByRole('listitem', { name: 'before/the test' })
    const download = page.waitForEvent('download')
    await snapshot.getByRole('button', { name: seed.saveFile }).click()
    const saved = await download
    expect(saved.suggestedFilename()).toBe('before-the test.json')
    const world = JSON.parse(readFileSync(await saved.path(), 'utf8'))
    expect(world.orders).toHaveLength(before.orders)

    await snapshot.getByRole('button', { name: seed.restore }).click()
    await page.getByRole('dialog').getByRole('button', { name: seed.restore }).click()
    await page.getByText(seed.restored('before/the test')).waitFor()
    expect(await control.worldCounts()).toEqual(before)
    expect(await control.coupon('100088', 'COUPON_SENDED')).toMatchObject({ state: 'SENDED' })
    await snapshot.getByRole('button', { name: seed.forget }).click()
    await page.getByRole('dialog').getByRole('button', { name: seed.forget }).click()
    await expect.poll(() => page.locator('.snapshots > li').count()).toBe(2)
    expect(page.complaints).toEqual([])
  })
})
