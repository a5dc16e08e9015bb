import type { Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { createMock, products } from 'wechatpay-mock'
import { startServer } from 'wechatpay-mock/node'
import { loyalty } from '../products/loyalty/index.ts'
import { describePage, pick, picture, test } from './chromium.ts'

async function serveLoyalty() {
  const mock = createMock({ products: [...products, loyalty], seed: 'empty' })
  const server = await startServer({ mock, port: 0 })
  onTestFinished(() => server.close(0))
  return { control: mock.control, url: `${server.url}/_mock` }
}

const count = (page: Page, title: string) =>
  page
    .locator('.counts > div')
    .filter({ has: page.getByText(title, { exact: true }) })
    .locator('dd')

describePage('a product of one’s own, in the dashboard', 'zh-CN', (words) => {
  test('its page says what its script reads, and its things are counted by their name, also when they change', async ({
    page,
  }) => {
    const { control, url } = await serveLoyalty()
    await page.goto(`${url}#/seed`)
    await expect.poll(() => count(page, '会员卡').textContent()).toBe('0')
    await control.addCard({ card_id: 'C1', openid: 'oUser', stamps: 3 })
    await expect.poll(() => count(page, '会员卡').textContent()).toBe('1')
    await page.goto(`${url}/card-page?card=C1`)
    await page.getByRole('heading', { name: '已集 3 枚' }).waitFor()
    expect(page.complaints).toEqual([])
  })

  test('its things are shown by their definition: with its title, states, buttons and forms', async ({ page }) => {
    const { control, url } = await serveLoyalty()
    await control.addCard({ card_id: 'C1', openid: 'oUser', stamps: 3 })
    await page.goto(url)
    await page.getByRole('banner').getByRole('link', { name: '会员', exact: true }).click()
    await page.getByRole('heading', { name: '会员卡', level: 1 }).waitFor()
    await page.getByRole('link', { name: /^OPEN .*C1/ }).click()
    await page.locator('.facts').getByText('oUser').waitFor()

    await page.getByRole('button', { name: '停用', exact: true }).click()
    await page.getByRole('img', { name: /BLOCKED/ }).waitFor()
    expect(await control.card('C1')).toMatchObject({ state: 'BLOCKED' })
    await picture(page, 'own-product-card')

    await page.getByRole('button', { name: '设置印章数…' }).click()
    await page.getByRole('spinbutton', { name: '印章' }).fill('7')
    await page.getByRole('button', { name: '设置印章数', exact: true }).click()
    await page.getByText('会员卡已修改。').waitFor()
    await expect.poll(async () => (await control.card('C1')).stamps).toBe(7)

    await page.getByText('添加会员卡', { exact: true }).click()
    await page.getByRole('textbox', { name: '卡号' }).fill('C2')
    await page.getByRole('textbox', { name: '持卡用户' }).fill('oOther')
    await page.getByRole('button', { name: '添加会员卡', exact: true }).click()
    await page.getByRole('heading', { name: /^OPEN .* C2$/ }).waitFor()
    await page.getByRole('combobox', { name: '状态', exact: true }).selectOption('BLOCKED')
    await expect.poll(() => page.locator('.list .rows > li').count()).toBe(1)

    // Its operations are among those that a fault can be planned for.
    await page.goto(`${url}#/faults`)
    const field = page.locator('.sentence').getByRole('combobox', { name: words.faults.operation, exact: true }).first()
    await pick(field, 'stampCard')
    await expect.poll(() => field.inputValue()).toBe('盖章')
    expect(page.complaints).toEqual([])
  })
})
