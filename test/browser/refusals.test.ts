import { expect } from 'vitest'
import { describeInEachLanguage, describePage, expectFit, picture, test } from './chromium.ts'

describePage('what the mock refuses, on the Chinese page', 'zh-CN', () => {
  test('stands in Chinese in place of what is not there, and in English once the page is switched', async ({
    page,
    server,
  }) => {
    const asked = new Set<string | undefined>()
    page.on('request', (request) => {
      if (request.url().includes('/_mock/things/orders/')) asked.add(request.headers()['accept-language'])
    })
    await page.goto(`${server.url}/_mock#/orders/1900000001/NONE`)
    await page.getByText('商户 1900000001 没有订单 NONE，可能已被移除，或从未有过。').waitFor()
    await picture(page, 'refused-zh')
    expect([...asked]).toEqual(['zh'])

    await page.getByRole('combobox', { name: '语言' }).selectOption('en')
    await page.getByText('There is no order NONE of merchant 1900000001').waitFor()
    expect([...asked]).toEqual(['zh', 'en'])
  })

  test('passes by in Chinese where it was asked for', async ({ page, server }) => {
    await page.goto(`${server.url}/_mock#/callbacks`)
    await page.getByText('发送回调', { exact: true }).click()
    const send = async (resource: string) => {
      await page.getByLabel('自定义内容字段（JSON）').fill(resource)
      await page.getByRole('button', { name: '立即发送' }).click()
    }
    for (const [text, reason] of [
      ['{ "a": x }', '内容不完整或有误'],
      ['{ "a": 1, }', '第 11 个字符处有误'],
    ] as const) {
      await send(text)
      await page.getByText(`自定义内容字段不是 JSON：${reason}。`, { exact: true }).waitFor()
    }
    await send('[]')
    await page.getByText('/resource：类型不对，应为对象。').waitFor()
    await send('{}')
    await page.getByText('不知道 COUPON.SEND 该发往何处：请给出 url').waitFor()
    await picture(page, 'refused-toast-zh')
    expect(page.complaints.filter((one) => !one.includes('status of 400'))).toEqual([])
  })
})

const USE = {
  method: 'POST' as const,
  target: '/v3/marketing/busifavor/coupons/use',
  body: {
    coupon_code: 'sxxe34343434',
    stock_id: '100088',
    appid: 'wx1234567889999',
    use_time: '2026-11-25T12:00:00+08:00',
  },
}

describeInEachLanguage('a call that a rule refused', (words, language) => {
  test('says what to do, which call brought that about, and has a button that lets it through', async ({
    page,
    server,
    send,
    control,
  }) => {
    await send({ ...USE, body: { ...USE.body, use_request_no: 'FIRST' } })
    await send({ ...USE, body: { ...USE.body, use_request_no: 'SECOND' } })
    const [done, refused] = await control.journal()
    await page.goto(`${server.url}/_mock#/exchanges/${refused?.id}`)

    const why = page.getByRole('region', { name: words.exchange.why })
    await why.getByText(words.diagnosis.fix).waitFor()
    await why.getByText('USED').first().waitFor()
    await why.getByText(language === 'en' ? 'at that time, since' : '（当时，自').waitFor()
    await expect
      .poll(() => why.getByRole('link', { name: /^200/ }).getAttribute('href'))
      .toBe(`#/exchanges/${done?.id}`)
    await expect.poll(() => why.textContent()).not.toMatch(/\dT\d/)
    await expectFit(page, 'business-refusal')

    await why.getByRole('button', { name: language === 'en' ? 'Give back' : '退券' }).click()
    // Once on the page.
    await page.getByRole('link', { name: words.exchange.replay }).click()
    await page.getByRole('button', { name: words.send.send }).click()
    await page.getByRole('region', { name: words.send.answer, exact: true }).getByText('200').first().waitFor()
    expect(page.complaints).toEqual([])
  })
})
