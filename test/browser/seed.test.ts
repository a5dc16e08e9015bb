import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect } from 'vitest'
import { CHROMIUM, closeBrowser, picture, test } from './chromium.ts'

afterAll(closeBrowser)

const file = (name: string, content: string) => ({
  name,
  mimeType: 'application/json',
  buffer: Buffer.from(content),
})

/** How many of a kind the page shows. */
async function shown(page: Page, kind: string): Promise<number> {
  const text = await page.locator('.counts > div').filter({ hasText: kind }).locator('dd').textContent()
  return Number(text?.replaceAll(',', ''))
}

describe.skipIf(CHROMIUM === undefined)('what the mock holds, in the dashboard (where there is Chromium)', () => {
  test('is counted, also when it changes', async ({ page, server, control }) => {
    const { orders, coupons } = await control.worldCounts()
    await page.goto(`${server.url}/_mock#/seed`)
    await expect.poll(() => shown(page, 'Orders')).toBe(orders)
    expect(await shown(page, 'Coupons')).toBe(coupons)
    await control.addOrders([{}, {}])
    await expect.poll(() => shown(page, 'Orders')).toBe(orders + 2)
  })

  test('is not reset by pressing Enter once more, and the focus is back where the question came from', async ({
    page,
    server,
    control,
  }) => {
    await control.addOrder({ out_trade_no: 'STAYS' })
    await page.goto(`${server.url}/_mock#/seed`)
    const reset = page.locator('main').getByRole('button', { name: 'Reset to the seed' })
    await reset.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await control.order('STAYS')).toMatchObject({ out_trade_no: 'STAYS' })
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Reset to the seed')
  })

  test('has its name in sight above it, also where not all names have room', async ({ page, server }) => {
    await page.setViewportSize({ width: 390, height: 800 })
    await page.goto(`${server.url}/_mock#/seed`)
    const link = page.getByRole('link', { name: 'Data' })
    const end = async () => {
      const box = await link.boundingBox()
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
    await page.getByRole('button', { name: 'Reset to the seed' }).click()
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    // Whoever works with the keyboard goes on where the question was asked.
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Reset to the seed')
    expect((await control.worldCounts()).orders).toBe(orders + 1)

    await page.getByRole('button', { name: 'Reset to the seed' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Reset to the seed' }).click()
    await page.getByText('The mock was reset to its seed.').waitFor()
    expect((await control.worldCounts()).orders).toBe(orders)
    await expect.poll(() => shown(page, 'Orders')).toBe(orders)
    expect(page.complaints).toEqual([])
  })

  test('is kept as a snapshot, saved, and restored', async ({ page, server, control }) => {
    await page.goto(`${server.url}/_mock#/seed`)
    const before = await control.worldCounts()
    await page.getByLabel('Name of the snapshot').fill('before/the test')
    await page.getByRole('button', { name: 'Take a snapshot' }).click()
    await page.getByText('The snapshot is taken.').waitFor()
    await page.getByRole('button', { name: 'Take a snapshot' }).click()
    await page.getByRole('listitem', { name: 'Snapshot 2' }).waitFor()
    await control.addOrder()
    await control.patchCoupon('100088', 'COUPON_SENDED', { state: 'USED' })

    // It stays while another view is looked at.
    await page.getByRole('link', { name: 'Requests' }).click()
    await page.getByRole('link', { name: 'Data' }).click()
    const snapshot = page.getByRole('listitem', { name: 'before/the test' })
    const download = page.waitForEvent('download')
    await snapshot.getByRole('button', { name: 'Download' }).click()
    const saved = await download
    expect(saved.suggestedFilename()).toBe('before-the test.json')
    const world = JSON.parse(readFileSync(await saved.path(), 'utf8'))
    expect(world.orders).toHaveLength(before.orders)
    await picture(page, 'seed')

    await snapshot.getByRole('button', { name: 'Restore' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click()
    await page.getByText('before/the test is restored.').waitFor()
    expect(await control.worldCounts()).toEqual(before)
    expect(await control.coupon('100088', 'COUPON_SENDED')).toMatchObject({ state: 'SENDED' })
    await snapshot.getByRole('button', { name: 'Discard' }).click()
    await expect.poll(() => page.locator('.snapshots > li').count()).toBe(1)
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

describe.skipIf(CHROMIUM === undefined)('what the mock holds, in Chinese (where there is Chromium)', () => {
  test.override('language', 'zh-CN')

  test('is kept, replaced by a file, restored and reset', async ({ page, server, control }) => {
    const before = await control.worldCounts()
    await page.setViewportSize({ width: 390, height: 800 })
    await page.goto(`${server.url}/_mock#/seed`)
    await expect.poll(() => shown(page, '订单')).toBe(before.orders)
    await page.getByRole('button', { name: '保存快照' }).click()
    await page.getByText('快照已保存。').waitFor()

    const choose = page.getByLabel('选择文件')
    await choose.setInputFiles(file('坏.json', '{"orders":[{"total":-1}]}'))
    await page.getByRole('dialog').getByRole('button', { name: '载入' }).click()
    await page.getByText('“坏.json”未载入，数据没有任何改变。').waitFor()
    await page.getByRole('alert').getByText('/orders/0/total').waitFor()
    await page.getByRole('alert').getByText('应不小于 1。').waitFor()
    await picture(page, 'seed-phone-zh')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)

    await choose.setInputFiles(file('好.json', '{}'))
    await page.getByRole('dialog').getByRole('button', { name: '载入' }).click()
    await page.getByText('已载入“好.json”。').waitFor()
    expect((await control.worldCounts()).orders).toBe(0)
    await page.getByRole('listitem', { name: '快照 1' }).getByRole('button', { name: '恢复' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '恢复' }).click()
    await page.getByText('已恢复“快照 1”。').waitFor()
    expect(await control.worldCounts()).toEqual(before)
    await page.getByRole('button', { name: '重置为初始数据' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '重置为初始数据' }).click()
    await page.getByText('已恢复到初始数据。').waitFor()
    // The browser tells of the refusal too.
    expect(page.complaints).toEqual([expect.stringContaining('400 (Bad Request)')])
  })
})
