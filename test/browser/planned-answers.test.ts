import { expect } from 'vitest'
import { firstProducts } from '../helpers/first-products.ts'
import { createScoreOrder, queryScoreOrder } from '../helpers/pay-score.ts'
import { findingsInBothThemes } from './axe.ts'
import { describePage, picture, test } from './chromium.ts'

describePage('answers that are planned in the dashboard', 'zh-CN', (words) => {
  test.override('products', firstProducts)

  test('shaped calls are answered next time as somebody says, who is told where that does not fit', async ({
    page,
    server,
    control,
    send,
  }) => {
    await send(createScoreOrder('A1'))
    await send(createScoreOrder('A2'))
    const { body } = await send(queryScoreOrder('A1'))
    await page.goto(`${server.url}/_mock`)
    await page.locator('.rows a').first().click()
    const open = page.getByRole('button', { name: words.answers.open })
    await open.click()
    const form = page.getByRole('form', { name: words.answers.open })
    await form.getByText('GET /v3/payscore/serviceorder', { exact: true }).waitFor()
    const members = form.getByRole('textbox', { name: words.answers.members })
    const { appid: _, out_order_no: __, service_id: ___, ...made } = body as Record<string, unknown>
    expect(JSON.parse(await members.inputValue())).toEqual(made)

    await members.fill('{ "state": ')
    await form.getByRole('button', { name: words.answers.plan }).click()
    const wrong = form.getByRole('alert')
    await wrong.waitFor()
    expect(await control.answers()).toEqual([])
    await members.fill('{ "post_payments": [{ "nonsense": 1 }] }')
    await expect.poll(() => wrong.count()).toBe(0)
    await form.getByRole('button', { name: words.answers.plan }).click()
    await wrong.getByText('/post_payments/0/nonsense').waitFor()
    await picture(page, `answer-refused-zh`)
    expect(await findingsInBothThemes(page)).toEqual([])

    await members.fill('{ "state": "DONE" }')
    await form.getByRole('combobox', { name: words.answers.match }).selectOption('out_order_no')
    await form.getByRole('spinbutton', { name: words.faults.times }).fill('2')
    await form.getByRole('button', { name: words.answers.plan }).click()
    await page.getByText(words.answers.planned).waitFor()
    await form.waitFor({ state: 'detached' })
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe(words.answers.open)
    expect(await send(queryScoreOrder('A1'))).toMatchObject({ body: { state: 'DONE' } })
    expect(await send(queryScoreOrder('A2'))).toMatchObject({ body: { state: 'CREATED' } })
    expect(await control.answers()).toMatchObject([{ match: { out_order_no: 'A1' }, times: 1 }])
    // The browser itself tells of the refusal.
    expect(page.complaints.filter((one) => !one.includes('400 (Bad Request)'))).toEqual([])
  })

  test('a path that is nowhere is answered with status and body, signed', async ({ page, server, send }) => {
    const nowhere = { method: 'POST' as const, target: '/v3/not/there/yet', body: { a: 1 } }
    expect((await send(nowhere)).status).toBe(404)
    await page.goto(`${server.url}/_mock`)
    await page.locator('.rows a').click()
    await page.getByRole('button', { name: words.answers.open }).click()
    const form = page.getByRole('form', { name: words.answers.open })
    await expect.poll(() => form.getByRole('textbox', { name: words.answers.method }).inputValue()).toBe('POST')
    const path = form.getByRole('textbox', { name: words.answers.path })
    await expect.poll(() => path.inputValue()).toBe('/v3/not/there/yet')

    await path.fill('/v3/certificates')
    await form.getByRole('textbox', { name: words.answers.method }).fill('GET')
    await form.getByRole('button', { name: words.answers.plan }).click()
    await form.getByRole('alert').getByText('downloadCertificates').waitFor()
    await form.getByRole('textbox', { name: words.answers.method }).fill('POST')
    await path.fill('/v3/not/there/yet')
    await form.getByRole('spinbutton', { name: words.answers.status }).fill('202')
    await form.getByRole('textbox', { name: words.answers.body }).fill('{ "done": true }')
    await form.getByRole('button', { name: words.answers.plan }).click()
    await page.getByText(words.answers.planned).waitFor()
    expect(await send(nowhere)).toMatchObject({ status: 202, body: { done: true } })
    expect((await send(nowhere)).status).toBe(404)
  })

  test('planned answers are listed beside the faults, and taken back', async ({ page, server, control, send }) => {
    await page.goto(`${server.url}/_mock#/faults`)
    const list = page.getByRole('region', { name: words.answers.title })
    await list.getByText(words.answers.none).waitFor()
    const QUERY = 'GET /v3/payscore/serviceorder'
    await control.answer(QUERY, { state: 'DONE' }, { match: { out_order_no: 'A1' }, times: 3 })
    await control.planAnswer({ operation: 'POST /v3/not/there/yet', status: 204, times: 'always' })
    const operation = (await control.operations({ errors: 'none' })).find(({ id }) => id === QUERY)
    const title = operation?.title ?? ''
    const which = words.faults.whichCalls.next(3, title)
    await list.getByText(which).getByText('out_order_no "A1"').waitFor()
    await list.getByText('{"state":"DONE"}').waitFor()
    await list.getByText(words.faults.left(3)).waitFor()
    await list.getByText(words.answers.answered(204, false)).waitFor()
    await list.getByText(words.faults.endless).waitFor()
    expect(await findingsInBothThemes(page)).toEqual([])

    await send(createScoreOrder('A1'))
    await send(queryScoreOrder('A1'))
    await list.getByText(words.faults.left(2)).waitFor()
    await list.getByRole('button', { name: `${words.faults.remove} ${words.faults.whichCalls.next(2, title)}` }).click()
    await page.getByText(words.answers.removed).waitFor()
    await expect.poll(() => list.locator('li').count()).toBe(1)
    await control.planAnswer({ operation: 'POST /v3/not/there/yet' })
    await list.getByRole('button', { name: words.faults.removeAll }).click()
    await list.getByText(words.answers.none).waitFor()
    expect(await control.answers()).toEqual([])

    // Many of them do not fill the page.
    for (let i = 0; i < 25; i++) await control.planAnswer({ operation: `GET /v3/nowhere/${i}`, body: { i } })
    await list.getByText(words.shownOf(20, 25)).waitFor()
    await expect.poll(() => list.locator('li').count()).toBe(20)
    await list.getByRole('button', { name: words.things.showAll }).click()
    await expect.poll(() => list.locator('li').count()).toBe(25)
    // On a phone, calls that a search finds are not left of the page.
    await page.setViewportSize({ width: 390, height: 900 })
    await page.locator('.sentence [role=combobox]').nth(2).fill('serviceorder')
    await page.locator('.candidates').getByRole('option').first().waitFor()
    expect(
      await page.evaluate("document.querySelector('.candidates').getBoundingClientRect().left"),
    ).toBeGreaterThanOrEqual(0)
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(page.complaints).toEqual([])
  })
})
