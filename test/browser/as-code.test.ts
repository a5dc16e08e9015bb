import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { CODE_FORM_NAMES, CODE_FORMS } from '../../src/control/client-setup/snippet-languages.ts'
import { describeInEachLanguage, describePage, expectFit, test } from './chromium.ts'

const NATIVE = '/v3/pay/transactions/native'

const ORDER = {
  appid: 'wx1234567889999',
  mchid: '1900000001',
  description: '特价券',
  out_trade_no: 'Order_A1',
  notify_url: 'https://shop.example.com/',
  attach: '<img src=x onerror="window.hacked = 1">\u202e',
  amount: { total: 1, currency: 'CNY' },
}

function choose(page: Page, label: string): Promise<void> {
  return page.locator('.program-choices').getByText(label, { exact: true }).click()
}

const COPIED = 'navigator.clipboard.readText()'

describePage('a call as code', 'en', ({ asCode, start, copy, merchants }) => {
  test('is shown and copied in each form, and the page remembers the one chosen', async ({
    page,
    server,
    send,
    control,
  }) => {
    const { api_v3_key } = await control.credentials()
    await send({ target: NATIVE, body: ORDER })
    const [exchange] = await control.journal({ limit: 1 })
    const id = exchange?.id ?? ''
    await page.goto(`${server.url}/_mock#/exchanges/${id}`)
    await page.getByText(asCode.title, { exact: true }).click()
    const code = page.locator('details .code')
    await expect.poll(() => page.getByRole('radio', { name: 'Java', exact: true }).isChecked()).toBe(true)
    for (const as of CODE_FORM_NAMES) {
      await choose(page, CODE_FORMS[as].label)
      const { text } = await control.exchangeCode(id, { as })
      const last = text.trimEnd().split('\n').at(-1) ?? ''
      await expect.poll(() => code.textContent()).toContain(last)
      expect(await code.textContent()).not.toContain(api_v3_key)
      await code.getByRole('button', { name: copy, exact: true }).click()
      await expect.poll(() => page.evaluate(COPIED)).toBe(text)
    }
    const download = page.waitForEvent('download')
    await code.getByRole('button', { name: merchants.saveFile }).click()
    const saved = await download
    expect(saved.suggestedFilename()).toBe('pact.json')
    expect(JSON.parse(await readFile(await saved.path(), 'utf8'))).toEqual(await control.exchangePact(id))

    await choose(page, 'vitest')
    await expect.poll(() => code.textContent()).toContain('expect(status).toBe(200)')
    await page.reload()
    await page.getByText(asCode.title, { exact: true }).click()
    await expect.poll(() => page.getByRole('radio', { name: 'vitest', exact: true }).isChecked()).toBe(true)
    // Programs of other kinds come in its language.
    await page.goto(`${server.url}/_mock#/exchanges?start=open`)
    const connect = page.getByRole('region', { name: start.connect })
    await expect.poll(() => connect.getByRole('radio', { name: 'Node.js', exact: true }).isChecked()).toBe(true)
    await connect.getByText('Go', { exact: true }).click()
    await page.goto(`${server.url}/_mock#/exchanges/${id}`)
    await page.getByText(asCode.title, { exact: true }).click()
    await expect.poll(() => page.getByRole('radio', { name: 'Go', exact: true }).isChecked()).toBe(true)
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(page.complaints).toEqual([])
  })

  test('a test is not made of a call that was not let in, and the page says why', async ({ page, server, send }) => {
    await send({ target: '/v3/certificates', signInstead: { target: '/v3/certificates/' } })
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('link', { name: /^401/ }).click()
    await page.getByText(asCode.title, { exact: true }).click()
    await choose(page, 'pytest')
    await page.getByText('take the program').waitFor()
    await choose(page, 'Python')
    await page.locator('details .code').getByText('wxpay._core.request(').waitFor()
  })
})

describeInEachLanguage('a call as code, at each width', ({ asCode }, language) => {
  test('is as wide as its place', async ({ page, server, send }) => {
    await send({ target: NATIVE, body: ORDER })
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('link', { name: /^200/ }).click()
    await page.getByText(asCode.title, { exact: true }).click()
    await choose(page, 'vitest')
    const code = page.locator('details .code')
    await expect.poll(() => code.textContent()).toContain(language === 'en' ? 'save it as' : '保存为')
    await page.getByRole('radio', { name: 'vitest', exact: true }).scrollIntoViewIfNeeded()
    await expectFit(page, 'as-code')
    expect(page.complaints).toEqual([])
  })
})
