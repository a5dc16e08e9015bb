import { expect } from 'vitest'
import { engineOf } from '../../src/mock.ts'
import { describeCause, en, zh } from '../../src/wire/diagnosis/index.ts'
import type { Language } from '../../src/wire/shared/texts.ts'
import { describePage, picture, test } from './chromium.ts'

const TARGET = '/v3/marketing/busifavor/coupons/associate'
const order = (out_request_no: string, out_trade_no = 'T1') => ({
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no,
  out_request_no,
})

describePage('exchanges in the dashboard', 'en', (words) => {
  test('the first call is offered, and appears as it happens', async ({ page, server, send }) => {
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('heading', { name: words.exchanges.firstTitle }).waitFor()
    await page.getByText('curl -sS -i').waitFor()
    await page.getByRole('button', { name: words.exchanges.copyCurl }).click()
    await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toContain(`${server.url}${TARGET}`)
    await picture(page, `exchanges-empty-en`)

    await send({ method: 'POST', target: TARGET, body: order('A1') })
    await page.getByRole('link', { name: /200 (Link a coupon to an order|关联订单信息)/ }).waitFor()
    expect(page.complaints).toEqual([])
  })

  test('no check of a call that is not served is said to be passed', async ({ page, server, send }) => {
    await send({ target: '/v3/certificate' })
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('link', { name: /^404/ }).click()

    await page.getByText(words.check.notChecked).click()
    await page.getByText(words.check.results.skipped).first().waitFor()
    expect(await page.locator('.check li').evaluateAll((steps) => steps.map(({ className }) => className))).toEqual(
      Array(7).fill('skipped'),
    )
    await expect.poll(() => page.locator('.check figure').count()).toBe(0)
  })

  test('filters go to the server, and stand in the address', async ({ page, server, send }) => {
    await send({ method: 'POST', target: TARGET, body: order('Needle-1') })
    await send({ target: '/v3/certificates' })
    await page.goto(`${server.url}/_mock`)
    const rows = page.locator('.rows > li')
    await expect.poll(() => rows.count()).toBe(2)

    await page.getByRole('searchbox', { name: words.exchanges.search }).fill('needle-1')
    await expect.poll(() => rows.count()).toBe(1)
    await expect.poll(() => page.url()).toContain('text=needle-1')
    await page.getByRole('combobox', { name: words.exchanges.status }).selectOption('401')
    await page.getByText(words.exchanges.nothingFits).waitFor()
    await page.getByRole('searchbox', { name: words.exchanges.search }).fill('')
    await page.getByRole('combobox', { name: words.exchanges.status }).selectOption('')
    await page.getByRole('searchbox', { name: words.exchanges.coupon }).fill('sxxe34343434')
    await expect.poll(() => rows.count()).toBe(1)
  })

  test('a call is replayed and copied', async ({ page, server, send, control }) => {
    await send({ method: 'POST', target: TARGET, body: order('A1') })
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('link', { name: /^200/ }).click()
    await page.getByRole('button', { name: words.exchange.copyCurl }).click()
    await page.getByText(words.copied).waitFor()
    await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toContain('--data-raw \'{"stock_id"')

    await page.getByRole('link', { name: words.exchange.replay }).click()
    await page.getByRole('button', { name: words.send.send }).click()
    await page.getByText(words.send.sent).waitFor()
    expect(await control.journalCount()).toBe(2)
    expect(page.complaints).toEqual([])
  })

  test('a call that was not let in is replayed only by who says so', async ({ page, server, control }) => {
    const body = JSON.stringify(order('A1'))
    const headers = { accept: 'application/json', 'user-agent': 'nobody', 'content-type': 'application/json' }
    expect((await fetch(`${server.url}${TARGET}`, { method: 'POST', headers, body })).status).toBe(401)
    const [refused] = await control.journal()
    await page.goto(`${server.url}/_mock#/exchanges/${refused?.id}`)

    await page.getByRole('link', { name: words.exchange.replay }).click()
    await page.getByRole('form').getByText(words.exchange.replaySigns).waitFor()
    expect(await control.journalCount()).toBe(1)

    await page.getByRole('button', { name: words.send.send }).click()
    await page.getByText(words.send.sent).waitFor()
    expect((await control.journal()).map(({ response }) => response?.status)).toEqual([401, 200])
    expect(page.complaints).toEqual([])
  })
})

describePage('the list of exchanges', 'en', () => {
  test('the page connects again by itself when the server was gone', async ({ page, server, control }) => {
    await page.goto(`${server.url}/_mock`)
    await page.getByText('live', { exact: true }).waitFor()
    const { port, mock } = server
    await server.close(0)
    await page.getByText('The mock does not answer.').waitFor()

    const { startServer } = await import('../../src/doors/transports/node-server.ts')
    await using stack = new AsyncDisposableStack()
    const again = await startServer({ mock, port })
    stack.defer(() => again.close(0))
    await page.getByText('live', { exact: true }).waitFor()
    await control.setClock({ now: '2030-01-01T00:00:00+08:00', frozen: true })
    await page.getByText('2030-01-01 00:00:00').waitFor()
  })
})

describePage('in Chinese, dark, on a phone', 'zh-CN', () => {
  test('the list says in Chinese why a call went wrong, and in English once it is switched', async ({
    page,
    server,
    send,
    control,
  }) => {
    await send({ method: 'POST', target: TARGET, body: { ...order('A1'), coupon_code: 'NO_SUCH_COUPON' } })
    await send({ target: '/v3/certificates', signInstead: { target: '/v3/certificates/' } })
    await send({ method: 'POST', target: TARGET, body: { ...order('A2'), stock_id: null } })
    await control.planFault({ error: 'rate_limited' })
    await send({ target: '/v3/certificates' })
    await page.goto(`${server.url}/_mock`)
    const notes = page.locator('.rows .note')
    await expect.poll(() => notes.count()).toBe(4)
    const shown = (language: Language) =>
      engineOf(server.mock)
        .journal.list()
        .map(({ remarks: [remark] }) => {
          const [cause] = remark?.causes ?? []
          return cause ? describeCause(cause, { en, zh }[language]).explanation : remark?.text[language].slice(0, 300)
        })
        .toReversed()
    await expect.poll(() => notes.allTextContents()).toEqual(shown('zh'))
    for (const text of shown('zh')) expect(text).toMatch(/\p{Script=Han}/u)
    await picture(page, 'exchanges-remarks-zh')

    await page.getByRole('combobox', { name: '语言' }).selectOption('en')
    await expect.poll(() => notes.allTextContents()).toEqual(shown('en'))
  })

  test('an opened one says it in Chinese', async ({ page, server, send, control }) => {
    await send({ method: 'POST', target: TARGET, body: { ...order('A1'), coupon_code: 'NO_SUCH_COUPON' } })
    await control.planFault({ effect: 'delay', delay_ms: 1 })
    await send({ target: '/v3/certificates' })
    await fetch(`${server.url}/v3/certificates`, { headers: { 'User-Agent': '' } })
    await page.goto(`${server.url}/_mock`)
    const rows = page.locator('.rows a')
    await expect.poll(() => rows.count()).toBe(3)
    const { items } = await control.journalPage()
    expect(items.map(({ remark }) => remark?.about)).toEqual(['headers', 'fault', 'refusal'])

    const shown = (selector: string) => page.locator(selector).allTextContents()
    await rows.nth(0).click()
    await expect.poll(() => shown('.answer .why')).toEqual(['请求没有 User-Agent 请求头。'])
    await rows.nth(1).click()
    await expect
      .poll(() => shown('.answer .why'))
      .toEqual([expect.stringMatching(/^按计划注入故障：应答延迟（effect delay, .+）。$/)])
    await rows.nth(2).click()
    await expect.poll(() => shown('.answer .why')).toEqual(['拒绝原因：批次 100088 中没有券 NO_SUCH_COUPON not_found'])
    expect(await shown('.answer .why code')).toEqual(['not_found'])
    expect(await shown('.rows .note')).toContain('批次 100088 中没有券 NO_SUCH_COUPON')
    expect(page.complaints).toEqual([])
  })

  test('the page speaks the language of the browser, and can be switched', async ({ page, server, send }) => {
    await send({ target: '/v3/certificates', signInstead: { target: '/v3/certificates/' } })
    await page.setViewportSize({ width: 390, height: 800 })
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('link', { name: /^401/ }).click()
    await page.locator('.answer').getByText('签名的路径末尾多了斜杠').waitFor()
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('zh-CN')
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    await picture(page, 'phone-dark-zh')

    await page.getByRole('link', { name: '全部记录' }).click()
    await page.getByRole('combobox', { name: '语言' }).selectOption('en')
    await page.getByRole('heading', { name: 'Requests' }).waitFor()
    await page.getByRole('combobox', { name: 'Appearance' }).selectOption('light')
    await expect
      .poll(() => page.evaluate('getComputedStyle(document.documentElement).backgroundColor'))
      .toBe('rgb(246, 247, 246)')
    expect(page.complaints).toEqual([])
  })
})
