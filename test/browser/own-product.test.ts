import type { Page } from 'playwright-core'
import { afterAll, describe, expect, onTestFinished } from 'vitest'
import { createMock, products } from 'wechatpay-mock'
import { startServer } from 'wechatpay-mock/node'
import { loyalty } from '../products/loyalty/index.ts'
import { CHROMIUM, closeBrowser, LANGUAGES, pick, picture, test } from './chromium.ts'

afterAll(closeBrowser)

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

describe.skipIf(CHROMIUM === undefined)('a product of one’s own, in the dashboard (where there is Chromium)', () => {
  describe.each(LANGUAGES)('in %s', (language) => {
    test.override('language', language)
    test('its things are counted by their name, also when they change', async ({ page }) => {
      const { control, url } = await serveLoyalty()
      const title = language === 'en' ? 'Cards' : '会员卡'
      await page.goto(`${url}#/seed`)
      await expect.poll(() => count(page, title).textContent()).toBe('0')
      await control.addCard({ card_id: 'C1', openid: 'oUser' })
      await expect.poll(() => count(page, title).textContent()).toBe('1')
      await picture(page, `own-product-${language}`)
      expect(page.complaints).toEqual([])
    })
  })

  describe.each(LANGUAGES)('and in %s', (language) => {
    test.override('language', language)
    const shown = (en: string, zh: string) => (language === 'en' ? en : zh)

    test('its page says what its script reads, in their language', async ({ page }) => {
      const { control, url } = await serveLoyalty()
      await control.addCard({ card_id: 'C1', openid: 'oUser', stamps: 3 })
      await page.goto(`${url}/card-page?card=C1`)
      await page.getByRole('heading', { name: shown('3 stamps', '已集 3 枚') }).waitFor()
      expect(page.complaints).toEqual([])
    })

    test('its things are shown by their definition: with its title, states, buttons and forms', async ({ page }) => {
      const { control, url } = await serveLoyalty()
      await control.addCard({ card_id: 'C1', openid: 'oUser', stamps: 3 })
      await page.goto(url)
      await page
        .getByRole('banner')
        .getByRole('link', { name: shown('Loyalty', '会员'), exact: true })
        .click()
      await page.getByRole('heading', { name: shown('Cards', '会员卡'), level: 1 }).waitFor()
      await page.getByRole('link', { name: /^OPEN .*C1/ }).click()
      await page.locator('.facts').getByText('oUser').waitFor()

      await page.getByRole('button', { name: shown('Block', '停用'), exact: true }).click()
      await page.getByText(shown('The card was changed.', '会员卡已修改。')).waitFor()
      await page.getByRole('img', { name: /BLOCKED/ }).waitFor()
      expect(await control.card('C1')).toMatchObject({ state: 'BLOCKED' })
      await picture(page, `own-product-card-${language}`)

      const set = shown('Set stamps', '设置印章数')
      await page.getByRole('button', { name: `${set}…` }).click()
      await page.getByRole('spinbutton', { name: shown('Stamps', '印章') }).fill('7')
      await page.getByRole('button', { name: set, exact: true }).click()
      await expect.poll(async () => (await control.card('C1')).stamps).toBe(7)

      await page.getByText(shown('Add a card', '添加会员卡'), { exact: true }).click()
      await page.getByRole('textbox', { name: shown('Number', '卡号') }).fill('C2')
      await page.getByRole('textbox', { name: shown('Holder', '持卡用户') }).fill('oOther')
      await page.getByRole('button', { name: shown('Add a card', '添加会员卡'), exact: true }).click()
      await page.getByRole('heading', { name: /^OPEN .* C2$/ }).waitFor()
      await page.getByRole('combobox', { name: shown('State', '状态'), exact: true }).selectOption('BLOCKED')
      await expect.poll(() => page.locator('.list .rows > li').count()).toBe(1)
      expect(page.complaints).toEqual([])
    })
  })

  test('its operations are among those that a fault can be planned for', async ({ page }) => {
    const { url } = await serveLoyalty()
    await page.goto(`${url}#/faults`)
    const field = page.locator('.sentence').getByRole('combobox', { name: 'Call', exact: true }).first()
    await pick(field, 'stampCard')
    expect(await field.inputValue()).toBe('Stamp a card')
    expect(page.complaints).toEqual([])
  })
})
