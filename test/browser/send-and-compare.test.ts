import { expect } from 'vitest'
import { describeInEachLanguage, describePage, expectFit, test } from './chromium.ts'

const LINK = {
  method: 'POST' as const,
  target: '/v3/marketing/busifavor/coupons/associate',
  body: { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T1', out_request_no: 'A1' },
}

describeInEachLanguage('the editor of a call', (words) => {
  test('sends a call with another body, and shows its answer beside it and the difference', async ({
    page,
    server,
    send,
    control,
  }) => {
    await send(LINK)
    const [first] = await control.journal()
    await page.goto(`${server.url}/_mock#/exchanges/${first?.id}`)
    await page.getByRole('link', { name: words.exchange.replay }).click()
    const form = page.getByRole('form', { name: words.exchange.request })
    const body = form.getByLabel(words.send.body)
    await expect.poll(() => body.inputValue()).toContain('"out_request_no": "A1"')

    await body.fill('{ "stock_id": 1, }')
    await form.getByRole('status').getByText('JSON').waitFor()
    const changed = JSON.stringify({ ...LINK.body, coupon_code: 'NONE', out_request_no: 'A2' })
    await body.fill(changed)
    await expect.poll(() => form.getByRole('status').textContent()).toBe('')
    await form.getByRole('button', { name: words.send.send }).click()

    const answer = page.getByRole('region', { name: words.send.answer, exact: true })
    await answer.getByText(words.diagnosis.fix).waitFor()
    const sent = (await control.journal()).at(-1)
    expect(sent).toMatchObject({ response: { status: 400 }, request: { method: 'POST', body: changed } })
    await expectFit(page, 'send-call')

    await answer.getByRole('link', { name: words.send.compare }).click()
    const members = page.getByRole('region', { name: words.compare.body })
    await expect
      .poll(() => members.locator('tbody tr').allTextContents())
      .toEqual(['/coupon_code"sxxe34343434""NONE"', '/out_request_no"A1""A2"'])
    // Differences that every two calls have, such as the nonce, are folded at the end.
    const message = page.getByRole('region', { name: words.compare.message })
    expect(await message.count()).toBe(0)
    await expect.poll(() => page.locator('main h2').first().textContent()).toContain(words.compare.body)
    await page.getByText(words.compare.noise).click()
    await message.locator('mark').first().waitFor()
    await expect
      .poll(() => page.getByRole('navigation', { name: words.navigation }).locator('[aria-current]').allTextContents())
      .toEqual([words.views.exchanges])
    await expectFit(page, 'compare-calls')
    expect(page.complaints).toEqual([])
  })
})

describePage('the editor of a call', 'en', (words) => {
  test('changes method, path, query and merchant, and keeps what is not touched', async ({
    page,
    server,
    send,
    control,
  }) => {
    const { mchid } = await control.createMerchant()
    await send({ target: '/v3/pay/transactions/out-trade-no/T%2F1%20?mchid=1900000001' })
    const [first] = await control.journal()
    await page.goto(`${server.url}/_mock#/send/${first?.id}`)
    const form = page.getByRole('form', { name: words.exchange.request })
    await expect
      .poll(() => form.getByLabel(words.send.path).inputValue())
      .toBe('/v3/pay/transactions/out-trade-no/T%2F1%20')
    await form.getByLabel(words.send.query).fill(`mchid=${mchid}`)
    await form.getByLabel(words.send.mchid).fill(mchid)
    await form.getByRole('button', { name: words.send.send }).click()
    await page.getByText(words.send.sent).waitFor()
    expect((await control.journal()).at(-1)).toMatchObject({
      mchid,
      request: { method: 'GET', target: `/v3/pay/transactions/out-trade-no/T%2F1%20?mchid=${mchid}`, body: '' },
    })
  })

  test('two calls are compared once one is marked', async ({ page, server, send, control }) => {
    await send(LINK)
    await send({ ...LINK, body: { ...LINK.body, out_trade_no: 'T2' } })
    const [one, other] = await control.journal()
    await page.goto(`${server.url}/_mock#/exchanges/${one?.id}`)
    await page.getByRole('button', { name: words.compare.mark }).click()
    await page.locator(`.rows a[href*="${other?.id}"]`).click()
    // A refused repeat leads to the first call with its number, too.
    await page.getByText(words.repairs.first).waitFor()
    await page.getByRole('link', { name: words.compare.withMarked }).click()
    await page.getByRole('region', { name: words.compare.body }).getByText('"T2"').waitFor()
    await expect.poll(() => page.url()).toContain(`#/compare/${one?.id}/${other?.id}`)
  })
})
