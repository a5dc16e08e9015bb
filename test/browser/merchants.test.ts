import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { sendOverNode } from '../helpers/send-over-node.ts'
import { describePage, picture, test } from './chromium.ts'

const CLIPBOARD = 'navigator.clipboard.readText()'
const FORMATS = ['.env', 'PHP', 'Java', 'Go', 'Python', 'Node.js'] as const
const IDS = { '.env': 'env', PHP: 'php', Java: 'java', Go: 'go', Python: 'python', 'Node.js': 'node' } as const

describePage('merchants in the dashboard', 'en', () => {
  test('a fresh one is made, found, and calls with what the page shows of it', async ({ page, server, control }) => {
    await control.createMerchant({ name: '茶铺' })
    await page.goto(`${server.url}/_mock#/merchants`)
    const rows = page.locator('.rows > li')
    await expect.poll(() => rows.count()).toBe(2)
    await expect.poll(() => rows.first().textContent()).toContain('well-known')

    await page.getByText('New merchant').click()
    // A number that is taken is refused, and the page says so.
    await page.getByLabel('Merchant number (mchid)').fill('1900000001')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.locator('.notice.failed').getByText('1900000001').waitFor()
    expect((await control.merchants()).total).toBe(2)
    await page.getByLabel('Merchant number (mchid)').fill('')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Florist <b>')
    await page.getByRole('textbox', { name: 'appid', exact: true }).fill('wxOne, wxTwo')
    await page.getByLabel('Platform keys').selectOption('public key only')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByRole('heading', { name: 'Florist <b>' }).waitFor()
    await expect.poll(() => rows.count()).toBe(3)
    const { items } = await control.merchants({ text: 'florist' })
    expect(items).toMatchObject([{ name: 'Florist <b>', appids: ['wxOne', 'wxTwo'], key_mode: 'public-key' }])
    await picture(page, 'merchants')

    await page.getByText('JSON', { exact: true }).click()
    await page.locator('.code').getByRole('button', { name: 'Copy' }).click()
    await page.getByText('Copied').waitFor()
    const credentials: unknown = JSON.parse(String(await page.evaluate(CLIPBOARD)))
    expect(credentials).toEqual(await control.credentials(items[0]?.mchid))
    await using stack = new AsyncDisposableStack()
    const { send, close } = sendOverNode(server.url)
    stack.defer(close)
    const client = createMerchantClient({ credentials: await control.credentials(items[0]?.mchid), send })
    expect(await client.request({ target: '/v3/certificates' })).not.toMatchObject({ status: 401 })

    await page.getByRole('searchbox').fill('wxtwo')
    await expect.poll(() => rows.count()).toBe(1)
    expect(page.complaints).toEqual([expect.stringContaining('status of 409')])
  })

  test('secrets are hidden until they are asked for, and copied all the same', async ({ page, server, control }) => {
    const { mchid, merchant_private_key, api_v3_key } = await control.credentials()
    const [, secret = ''] = merchant_private_key.trim().split('\n')
    await page.goto(`${server.url}/_mock#/merchants/${mchid}`)
    const snippet = page.locator('.code pre')
    const seen = async () => ((await page.textContent('main')) ?? '').replaceAll('\\n', '\n')

    for (const label of FORMATS) {
      await page.locator('.choices').getByText(label, { exact: true }).click()
      const text = await control.credentialsSnippet(IDS[label], { mchid, lang: 'en' })
      await expect.poll(() => snippet.textContent()).toContain(text.slice(0, 12))
      expect(await seen()).not.toContain(secret)
      expect(await seen()).not.toContain(api_v3_key)
      await page.locator('.code').getByRole('button', { name: 'Copy' }).click()
      await expect.poll(() => page.evaluate(CLIPBOARD)).toBe(text)
    }
    await page.getByRole('button', { name: 'Show secrets' }).click()
    await expect.poll(seen).toContain(secret)
    expect(await seen()).toContain(api_v3_key)
    // Neither what the browser keeps nor the address of the page has them, nor the journal.
    const kept = String(
      await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href])'),
    )
    const journal = JSON.stringify(await control.journal())
    for (const place of [kept, journal]) {
      expect(place).not.toContain(secret)
      expect(place).not.toContain(api_v3_key)
    }
    expect(page.complaints).toEqual([])
  })

  test('keys are saved under the names that WeChat Pay gives them', async ({ page, server, control }) => {
    const credentials = await control.credentials()
    await page.goto(`${server.url}/_mock#/merchants/${credentials.mchid}`)
    const [platform] = credentials.platform_certificates
    for (const [name, content] of [
      ['apiclient_key.pem', credentials.merchant_private_key],
      ['apiclient_cert.pem', credentials.merchant_certificate],
      [`wechatpay_${platform?.serial_no}.pem`, platform?.certificate],
      ['pub_key.pem', credentials.platform_public_key?.public_key],
    ] as const) {
      const download = page.waitForEvent('download')
      await page.getByRole('region', { name }).getByRole('button', { name: 'Download' }).click()
      const file = await download
      expect(file.suggestedFilename()).toBe(name)
      expect(readFileSync(await file.path(), 'utf8').trim()).toBe(content?.trim())
    }
    await page.getByRole('region', { name: 'pub_key.pem' }).getByRole('button', { name: 'Copy id' }).click()
    await expect.poll(() => page.evaluate(CLIPBOARD)).toBe(credentials.platform_public_key?.id)
    expect(page.complaints).toEqual([])
  })

  test('one is kept from calling, gets a new certificate, and is back after a reset', async ({
    page,
    server,
    control,
  }) => {
    const before = await control.credentials()
    const { mchid, merchant_serial_no } = before
    await page.goto(`${server.url}/_mock#/merchants/${mchid}`)
    await page.getByRole('combobox', { name: 'API certificate' }).selectOption('expired')
    await page.locator('.rows .badge').getByText('expired').waitFor()
    await page.getByLabel('The APIv3 key is set').uncheck()
    await page.locator('.rows .badge').getByText('no APIv3 key').waitFor()
    expect((await control.merchants()).items).toMatchObject([{ certificate_state: 'expired', api_v3_key_set: false }])
    await picture(page, 'merchant-standing')

    await page.getByRole('button', { name: 'Replace the certificate' }).click()
    await page.getByText(`Replaced certificates: ${merchant_serial_no}`).waitFor()
    const after = await control.credentials()
    await page.locator('.facts').getByText(after.merchant_serial_no).waitFor()
    await expect.poll(() => page.getByRole('combobox', { name: 'API certificate' }).inputValue()).toBe('valid')

    await using stack = new AsyncDisposableStack()
    const { send, close } = sendOverNode(server.url)
    stack.defer(close)
    await createMerchantClient({ credentials: before, send }).request({ target: '/v3/certificates' })
    const [refused] = await control.journal()
    await page.goto(`${server.url}/_mock#/exchanges/${refused?.id}`)
    await page.getByText('passed, then “The certificate and the APIv3 key are in order” failed').waitFor()
    await expect
      .poll(() => page.locator('.steps .failed').textContent())
      .toContain('The certificate and the APIv3 key are in order')

    // Before the reset, which drops the exchange that is shown.
    await page.goto(`${server.url}/_mock#/merchants/${mchid}`)
    await page.locator('.facts').getByText(after.merchant_serial_no).waitFor()
    await control.reset()
    await page.locator('.facts').getByText(merchant_serial_no).waitFor()
    expect(page.complaints).toEqual([])
  })
})
