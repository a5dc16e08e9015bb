import type { Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { startReceiver } from '../helpers/receiver.ts'
import { findingsInBothThemes } from './axe.ts'
import { test as base, describeInEachLanguage, describePage, expectFit, pick } from './chromium.ts'
import { openSite } from './shop-site.ts'

const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'

/** An order that the shop placed, a transfer that waits, and a coupon in a wallet. */
const test = base.extend('shop', async ({ send, control }) => {
  const receiver = await startReceiver()
  onTestFinished(() => receiver.close())
  const order = {
    appid: 'wx0000000000000001',
    mchid: '1900000001',
    description: '拿铁咖啡',
    out_trade_no: 'ORDER_0001',
    notify_url: receiver.url,
    amount: { total: 2_900 },
    payer: { openid: OPENID },
  }
  const placed = await send({ target: '/v3/pay/transactions/jsapi', body: order })
  await control.addTransfer({
    out_bill_no: 'BILL0001',
    transfer_scene_id: '1005',
    transfer_amount: 500,
    transfer_remark: '订单返佣',
    openid: OPENID,
    notify_url: receiver.url,
  })
  await control.addProductCoupon({ product_coupon_id: '1000000013' })
  await control.addProductCouponStock({ product_coupon_id: '1000000013', stock_id: '1000000013001' })
  await control.addUserProductCoupon({ product_coupon_id: '1000000013', stock_id: '1000000013001', openid: OPENID })
  return { placed, receiver }
})

const left = (page: Page) => page.frameLocator('.phone:nth-of-type(1) iframe')
const right = (page: Page) => page.frameLocator('.phone:nth-of-type(2) iframe')
const drawn = async (page: Page) => (await page.locator('.sequence svg').textContent()) ?? ''

describePage('two phones and what they cause', 'en', (words) => {
  test('stand side by side, and what is done on them is drawn', async ({ page, server, control, shop }) => {
    expect(shop.placed.status).toBe(200)
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('link', { name: words.views.stage }).click()
    await left(page).getByRole('heading', { name: '¥29.00' }).waitFor()
    await right(page).getByRole('button', { name: 'Receive', exact: true }).waitFor()
    // The pages in the frames leave the focus where it is.
    expect(await page.evaluate('document.activeElement.tagName')).not.toBe('IFRAME')
    await expect.poll(() => drawn(page)).toContain('Place an order')

    await left(page).getByRole('button', { name: 'Pay', exact: true }).click()
    await left(page).getByRole('heading', { name: 'Paid' }).waitFor()
    await expect.poll(() => drawn(page)).toContain('TRANSACTION.SUCCESS #1')
    await right(page).getByRole('button', { name: 'Receive', exact: true }).click()
    await expect.poll(async () => (await control.transfer('BILL0001')).state).toBe('SUCCESS')
    await expect.poll(() => drawn(page)).toContain('MCHTRANSFER.BILL.FINISHED #1')
    // They stay, though neither would open again.
    await left(page).getByRole('heading', { name: 'Paid' }).waitFor()
    expect(new URLSearchParams(page.url().split('?')[1]).get('left')).toBe('orders/1900000001/ORDER_0001')

    await page.reload()
    await page.getByText(words.stage.over).first().waitFor()
    await expect.poll(() => drawn(page)).toContain('TRANSACTION.SUCCESS #1')
    expect(page.complaints).toEqual([])
  })

  test('show another page where one is chosen, also the wallet', async ({ page, server, shop }) => {
    expect(shop.placed.status).toBe(200)
    await page.goto(`${server.url}/_mock#/stage`)
    await right(page).getByRole('button', { name: 'Receive', exact: true }).waitFor()
    await pick(page.getByRole('combobox', { name: words.stage.right }), 'Coupons of a user')
    await expect.poll(() => page.locator('iframe').nth(1).getAttribute('src')).toContain('/_mock/wallet?openid=')
    await right(page).getByRole('heading').first().waitFor()
    expect(await findingsInBothThemes(page)).toEqual([])
    await pick(page.getByRole('combobox', { name: words.stage.left }), words.stage.choose)
    await expect.poll(() => page.locator('iframe').count()).toBe(1)
    expect(page.complaints).toEqual([])
  })

  test('lead a link to the dashboard to another tab of it, and stay', async ({ page, server, shop }) => {
    expect(shop.placed.status).toBe(200)
    await page.goto(`${server.url}/_mock#/stage`)
    const opened = page.context().waitForEvent('page')
    await left(page).getByRole('link', { name: 'Show it in the dashboard' }).click()
    const other = await opened
    await other.waitForURL(/#\/orders\/1900000001\/ORDER_0001/)
    expect(page.url()).toContain('#/stage')
    await other.close()
  })

  test('show only pages that the mock names, whatever the address says', async ({ page, server }) => {
    await page.goto(`${server.url}/_mock#/stage?left=javascript:alert(1)&right=orders/1/%2e%2e`)
    await page.getByText(words.stage.over).first().waitFor()
    expect(await page.locator('iframe').count()).toBe(0)
    await page.goto(`${server.url}/_mock#/stage`)
    await page.getByText(words.stage.none).waitFor()
  })

  test('are framed by the dashboard, and by no other page', async ({ page, server }) => {
    const frame = `<!doctype html><title>other</title><iframe src="${server.url}/_mock/cashier?x=1"></iframe>`
    const site = await openSite(page.context(), server, { page: frame })
    await expect.poll(() => site.frames()[1]?.content()).toContain('MOCK_FORBIDDEN_ORIGIN')
  })
})

describeInEachLanguage('the stage, in pictures', (words, language) => {
  test.override('language', language)

  test('has both phones and the sequence at each width', async ({ page, server, shop }) => {
    expect(shop.placed.status).toBe(200)
    await page.goto(`${server.url}/_mock#/stage`)
    await left(page).getByRole('heading', { name: '¥29.00' }).waitFor()
    await expect.poll(() => page.locator('.sequence svg').count()).toBe(1)
    for (const [width, height] of [
      [1920, 1080],
      [1440, 900],
      [1280, 800],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height })
      const boxes = await Promise.all(
        ['.phone >> nth=0', '.phone >> nth=1', '.sequence'].map((part) => page.locator(part).boundingBox()),
      )
      const [one, two, sequence] = boxes.map((box) => box ?? { x: 0, y: 0, width: 0, height: 0 })
      if (!one || !two || !sequence) throw new Error(`${words.views.stage} lacks a part.`)
      // Side by side for a projector, and one below the other on a phone; nothing is wider than the screen.
      if (width > 1200) {
        const [drawing, room] = await Promise.all(
          ['svg', '.drawing'].map((part) => page.locator(`.sequence ${part}`).boundingBox()),
        )
        expect(drawing?.width).toBeLessThanOrEqual(room?.width ?? 0)
        expect([one.y === two.y, two.x > one.x, sequence.x > two.x]).toEqual([true, true, true])
      }
      if (width < 700) expect([one.x === two.x, two.y > one.y, sequence.y > two.y]).toEqual([true, true, true])
    }
    await page.setViewportSize({ width: 1360, height: 900 })
    await expectFit(page, 'stage')
  })
})
