import type { Page } from 'playwright-core'
import { afterAll, describe, expect, onTestFinished } from 'vitest'
import { createMock, products } from 'wechatpay-mock'
import { startServer } from 'wechatpay-mock/node'
import { loyalty } from '../products/loyalty/index.ts'
import { CHROMIUM, closeBrowser, LANGUAGES, picture, test } from './chromium.ts'

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

  test('its operations are among those that a fault can be planned for', async ({ page }) => {
    const { url } = await serveLoyalty()
    await page.goto(`${url}#/faults`)
    await expect.poll(() => page.locator('option[value="stampCard"]').count()).toBeGreaterThan(0)
    expect(page.complaints).toEqual([])
  })
})
