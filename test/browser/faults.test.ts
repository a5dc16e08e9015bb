import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { RECIPE_NAMES } from '../../dashboard/recipes.ts'
import { FAULT_EFFECTS } from '../../src/engine/faults/fault-plan.ts'
import { startReceiver } from '../helpers/receiver.ts'
import { describeInEachLanguage, describePage, expectFit, pick, picture, test } from './chromium.ts'

const link = (out_request_no: string, coupon_code = 'sxxe34343434') => ({
  method: 'POST' as const,
  target: '/v3/marketing/busifavor/coupons/associate',
  body: { stock_id: '100088', coupon_code, out_trade_no: 'T1', out_request_no },
})

/** Unfolds the form that has everything, and returns it. */
async function openForm(page: Page) {
  await page.locator('details > summary').click()
  return page.locator('details > form')
}

describePage('faults in the dashboard', 'en', () => {
  test('an error of a call is planned, counts as it happens, and is taken back', async ({
    page,
    server,
    control,
    send,
  }) => {
    await page.goto(`${server.url}/_mock#/faults`)
    const form = await openForm(page)
    await page.getByText('No active faults.').waitFor()
    await pick(form.getByRole('combobox', { name: 'Call', exact: true }), 'associateTradeInfo')
    await pick(form.getByRole('combobox', { name: 'Error' }), 'linked_to_other_order')
    await form.getByRole('spinbutton', { name: 'Number' }).fill('3')
    await form.getByRole('textbox', { name: 'Only for merchant' }).fill('1900000001')
    await form.getByRole('textbox', { name: 'Only for batch' }).fill('100088')
    await form.getByRole('textbox', { name: 'Only for coupon' }).fill('sxxe34343434')
    await form.getByRole('button', { name: 'Plan it' }).click()
    await page.getByText('The fault was planned.').waitFor()
    const [planned] = await control.faults()
    expect(planned).toEqual({
      id: '1',
      operation: 'associateTradeInfo',
      error: 'linked_to_other_order',
      mchid: '1900000001',
      stock_id: '100088',
      coupon_code: 'sxxe34343434',
      times: 3,
      left: 3,
      fired: 0,
      calls: 0,
    })

    const row = page.locator('.planned-fault')
    await expect
      .poll(() => row.textContent())
      .toContain(
        'The next 3 calls of “Link a coupon to an order” (merchant 1900000001, batch 100088, coupon sxxe34343434): answered with 400 INVALID_REQUEST (linked_to_other_order).',
      )
    await send(link('A1', 'another'))
    await send(link('A2'))
    await row.getByText('fired 1×').waitFor()
    await row.getByText('2 left').waitFor()
    await picture(page, 'faults')

    await row.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('The fault was removed.').waitFor()
    await page.getByText('No active faults.').waitFor()
    expect((await send(link('A3'))).status).toBe(200)
    expect(page.complaints).toEqual([])
  })

  test('what is planned moves nothing under the pointer, and a double click plans or removes one', async ({
    page,
    server,
    control,
  }) => {
    await page.goto(`${server.url}/_mock#/faults`)
    await page.getByText('No active faults.').waitFor()
    const planned = () => page.locator('.planned-fault').count()
    const refuse = page.getByRole('button', { name: /^Refuse\s*:/ }).nth(3)
    const recipe = page.getByRole('form').first().getByRole('button', { name: 'Plan it' })
    for (const [button, count] of [
      [refuse, 1],
      [refuse, 2],
      [recipe, 3],
    ] as const) {
      await button.hover()
      const before = await button.boundingBox()
      await button.dblclick()
      await expect.poll(planned).toBe(count)
      expect(await button.boundingBox()).toEqual(before)
      expect(await control.faults()).toHaveLength(count)
    }
    await page
      .getByRole('button', { name: /^Remove The next/ })
      .first()
      .dblclick()
    await expect.poll(planned).toBe(2)
    // A text that is said twice stands there once.
    await expect.poll(() => page.locator('.notice').allTextContents()).toEqual(['The fault was removed.×'])
    expect(page.complaints).toEqual([])
  })

  test('whatever the mock can let go wrong is offered, for calls and for callbacks', async ({
    page,
    server,
    control,
  }) => {
    await page.goto(`${server.url}/_mock#/faults`)
    const form = await openForm(page)
    const values = async (name: string) =>
      (
        await form
          .getByRole('combobox', { name, exact: true })
          .locator('option')
          .evaluateAll((all) => all.map((one) => one.getAttribute('value') ?? ''))
      ).filter((value) => value !== '')
    /** The choices of a search field after the first: their names, or the lines below them. */
    const offered = async (name: string, part: 'first' | 'last') => {
      await form.getByRole('combobox', { name, exact: true }).click()
      const all = await form.locator(`.candidates fieldset [role=option] > span:${part}-child`).allTextContents()
      await page.keyboard.press('Escape')
      return all
    }
    const operations = await control.operations()
    const keys = [...operations.flatMap(({ errors }) => errors), ...(await control.commonErrors())].map(
      ({ key }) => key,
    )
    await expect
      .poll(async () => new Set(await offered('Call', 'last')))
      .toEqual(new Set(operations.map(({ method, path }) => `${method} ${path}`)))
    await expect
      .poll(async () => new Set((await offered('Error', 'last')).map((line) => line.split(' · ').at(-1)?.trim())))
      .toEqual(new Set(keys))

    const ofCalls = await values('Effect')
    await form.getByRole('combobox', { name: 'Happens to' }).selectOption('callbacks')
    // The list of before stays until the page has drawn the other.
    await expect.poll(async () => new Set([...ofCalls, ...(await values('Effect'))])).toEqual(new Set(FAULT_EFFECTS))
    const ofCallbacks = await values('Effect')
    for (const effect of ofCalls) {
      await control.planFault({
        effect: effect as (typeof FAULT_EFFECTS)[number],
        ...(effect === 'delay' && { delay_ms: 1 }),
      })
    }
    for (const effect of ofCallbacks) {
      await control.planFault({
        event: 'any',
        effect: effect as (typeof FAULT_EFFECTS)[number],
        ...(effect === 'late' && { late_by: 1 }),
      })
    }
    await expect.poll(() => page.locator('.planned-fault').count()).toBe(ofCalls.length + ofCallbacks.length)

    await page.getByRole('button', { name: 'Remove all' }).click()
    await page.getByText('All faults were removed.').waitFor()
    expect(await control.faults()).toEqual([])
  })

  test('the error goes when the call that is chosen has it not', async ({ page, server, control }) => {
    await page.goto(`${server.url}/_mock#/faults`)
    const form = await openForm(page)
    const error = form.getByRole('combobox', { name: 'Error' })
    await pick(form.getByRole('combobox', { name: 'Call', exact: true }), 'associateTradeInfo')
    await pick(error, 'linked_to_other_order')
    await pick(form.getByRole('combobox', { name: 'Call', exact: true }), 'queryStock')
    await expect.poll(() => error.inputValue()).toBe('no error')
    await form.getByRole('button', { name: 'Plan it' }).click()
    await page.getByText('Say what is to happen').waitFor()
    expect(await control.faults()).toEqual([])
  })

  test('a share of the calls is late by a range, from the nth on and before the change', async ({
    page,
    server,
    control,
  }) => {
    await page.goto(`${server.url}/_mock#/faults`)
    const form = await openForm(page)
    await pick(form.getByRole('combobox', { name: 'Error' }), 'rate_limited')
    await form.getByRole('combobox', { name: 'Effect' }).selectOption('delay')
    await form.getByRole('spinbutton', { name: 'Delay from (ms)' }).fill('5')
    await form.getByRole('spinbutton', { name: 'Delay up to (ms)' }).fill('50')
    await form.getByRole('combobox', { name: 'When' }).selectOption('before')
    await form.getByRole('combobox', { name: 'How often' }).selectOption('percent')
    await form.getByRole('spinbutton', { name: 'Percent' }).fill('12.5')
    await form.getByRole('textbox', { name: 'Seed' }).fill('mine')
    await form.getByRole('spinbutton', { name: 'Starting with no.' }).fill('2')
    await form.getByRole('button', { name: 'Plan it' }).click()
    await page
      .locator('.planned-fault')
      .getByText('12.5% of the calls (seed mine, starting with no. 2): answered with 429')
      .waitFor()
    await page.locator('.planned-fault').getByText('no end').waitFor()
    expect(await control.faults()).toEqual([
      {
        id: '1',
        error: 'rate_limited',
        effect: 'delay',
        delay_ms: { min: 5, max: 50 },
        when: 'before',
        percent: 12.5,
        seed: 'mine',
        nth: 2,
        fired: 0,
        calls: 0,
      },
    ])

    await pick(form.getByRole('combobox', { name: 'Error' }), '')
    await form.getByRole('combobox', { name: 'Delay' }).selectOption('long_tail')
    await form.getByRole('spinbutton', { name: 'Median (ms)' }).fill('20')
    await form.getByRole('spinbutton', { name: '99th percentile (ms)' }).fill('900')
    await form.getByRole('combobox', { name: 'How often' }).selectOption('always')
    await form.getByRole('button', { name: 'Plan it' }).click()
    await page.locator('.planned-fault').getByText('median 20 ms, p99 900 ms').waitFor()
    expect((await control.faults())[1]).toMatchObject({ delay_ms: { median: 20, p99: 900 }, always: true })
  })

  test('callbacks of an event are always late', async ({ page, server, control }) => {
    await page.goto(`${server.url}/_mock#/faults`)
    const form = await openForm(page)
    await form.getByRole('combobox', { name: 'Happens to' }).selectOption('callbacks')
    await pick(form.getByRole('combobox', { name: 'Event' }), 'COUPON.SEND')
    await form.getByRole('combobox', { name: 'Effect' }).selectOption('late')
    await form.getByRole('textbox', { name: 'Late by (ISO 8601)' }).fill('PT90S')
    await form.getByRole('combobox', { name: 'How often' }).selectOption('always')
    await form.getByRole('button', { name: 'Plan it' }).click()
    await page
      .locator('.planned-fault')
      .getByText('Every callback of COUPON.SEND (a user received a coupon): sent late, 90 s.')
      .waitFor()
    expect(await control.faults()).toEqual([
      { id: '1', event: 'COUPON.SEND', effect: 'late', late_by: 90, always: true, fired: 0, calls: 0 },
    ])
  })
})

const NOTHING_YET = { fired: 0, calls: 0 }

describePage('what is planned most often', 'en', (words) => {
  test('is planned by one click each', async ({ page, server, control }) => {
    await page.goto(`${server.url}/_mock#/faults`)
    for (const [i, name] of RECIPE_NAMES.entries()) {
      const recipe = page.getByRole('form', { name: words.faults.recipes[name].title, exact: true })
      await recipe.getByRole('button', { name: words.faults.add }).click()
      await expect.poll(() => page.locator('.planned-fault').count()).toBe(i + 1)
    }

    const once = { times: 1, left: 1, ...NOTHING_YET }
    expect(await control.faults()).toEqual([
      { id: '1', effect: 'answer_lost', ...once },
      { id: '2', effect: 'reset', ...once },
      { id: '3', error: 'rate_limited', percent: 10, ...NOTHING_YET },
      { id: '4', error: 'system_error', times: 2, left: 2, ...NOTHING_YET },
      { id: '5', effect: 'delay', delay_ms: { median: 200, p99: 3_000 }, always: true, ...NOTHING_YET },
      { id: '6', effect: 'bad_signature', ...once },
      { id: '7', effect: 'hold', ...once },
      { id: '8', event: 'any', effect: 'hold', ...once },
      { id: '9', event: 'any', effect: 'duplicate', ...once },
      { id: '10', event: 'any', effect: 'late', late_by: 3_600, ...once },
      { id: '11', event: 'any', effect: 'bad_signature', ...once },
    ])
    await page
      .locator('header')
      .getByRole('link', { name: words.faults.active(11) })
      .waitFor()
    expect(page.complaints).toEqual([])
  })

  test('is changed in its sentence, and taken on in the form, which says it in words', async ({
    page,
    server,
    control,
  }) => {
    await page.goto(`${server.url}/_mock#/faults`)
    const recipe = page.getByRole('form', { name: words.faults.recipes.badly_signed.title, exact: true })
    await recipe.getByRole('spinbutton', { name: words.faults.times }).fill('3')
    await pick(recipe.getByRole('combobox', { name: words.faults.operation, exact: true }), 'useCoupon')
    await recipe.getByRole('combobox', { name: words.faults.effect }).selectOption('wrong_key')
    await recipe.getByRole('button', { name: words.faults.adjust }).click()
    const form = page.getByRole('form', { name: words.faults.advanced })
    const operation = (await control.operations()).find(({ id }) => id === 'useCoupon')
    const which = words.faults.whichCalls.next(3, operation?.summary ?? '')
    await form.getByText(words.faults.sentence(which, [], [words.effects.answer.wrong_key])).waitFor()
    await form.getByRole('combobox', { name: words.faults.effect }).selectOption('')
    await pick(form.getByRole('combobox', { name: words.faults.error }), '')
    await form.getByText(words.faults.nothingYet).waitFor()
    await form.getByRole('combobox', { name: words.faults.effect }).selectOption('half_body')
    await form.getByRole('button', { name: words.faults.add, exact: true }).click()
    await page.locator('.planned-fault').waitFor()
    expect(await control.faults()).toEqual([
      { id: '1', operation: 'useCoupon', effect: 'half_body', times: 3, left: 3, ...NOTHING_YET },
    ])
  })

  test('a call is let fail the next time in three clicks, and what it hit is shown', async ({
    page,
    server,
    control,
    send,
  }) => {
    await send(link('A1'))
    await page.goto(`${server.url}/_mock`)
    await page.locator('.rows a').click()
    await page.getByRole('link', { name: words.exchange.failNext }).click()
    const recipe = page.getByRole('form', { name: words.faults.recipes.answer_lost.title, exact: true })
    await recipe.getByRole('button', { name: words.faults.add }).click()
    await page.getByText(words.faults.added).waitFor()
    expect(await control.faults()).toMatchObject([
      { operation: 'associateTradeInfo', mchid: '1900000001', effect: 'answer_lost', times: 1 },
    ])
    const chip = page.locator('header').getByRole('link', { name: words.faults.active(1) })
    await chip.waitFor()
    await expect.poll(() => page.getByRole('form', { name: words.faults.recipes.callback_twice.title }).count()).toBe(0)

    await expect(send(link('A2'))).rejects.toThrow()
    await chip.waitFor({ state: 'detached' })
    const spent = page.getByRole('region', { name: words.faults.spent })
    await spent.getByText(words.faults.fired(1)).waitFor()
    await picture(page, `faults-spent-en`)
    await spent.getByRole('button', { name: words.faults.again }).click()
    await chip.waitFor()
    await spent.locator('a').click()
    await page.locator('.detail .badge.fault').waitFor()
    expect(page.complaints).toEqual([])
  })

  test('a callback is let fail the next time, from one of its tries', async ({ page, server, control }) => {
    const receiver = await startReceiver()
    await using stack = new AsyncDisposableStack()
    stack.defer(() => receiver.close())
    await control.sendNotification({ event_type: 'REFUND.SUCCESS', url: receiver.url })
    const [attempt] = await control.journal({ callbacks: 'only' })
    await page.goto(`${server.url}/_mock#/exchanges/${attempt?.id}`)
    await page.getByRole('link', { name: words.exchange.failNext }).click()
    const recipe = page.getByRole('form', { name: words.faults.recipes.callback_twice.title, exact: true })
    await recipe.getByRole('button', { name: words.faults.add }).click()
    await page.locator('.planned-fault').waitFor()
    expect(await control.faults()).toMatchObject([
      { event: 'REFUND.SUCCESS', mchid: '1900000001', effect: 'duplicate' },
    ])
    await control.sendNotification({ event_type: 'REFUND.SUCCESS', url: receiver.url })
    const spent = page.getByRole('region', { name: words.faults.spent })
    // It hit the callback, and its duplicate.
    await expect.poll(() => spent.locator('a').count()).toBe(2)
  })
})

describeInEachLanguage('the errors that a call is documented to be refused with', (words) => {
  test('come first, are searched by their text, and are planned with one click', async ({ page, server, control }) => {
    await page.goto(`${server.url}/_mock#/faults?operation=useCoupon`)
    const card = page.getByRole('region', { name: words.faults.refuse.title })
    await expect.poll(() => card.getByRole('listitem').count()).toBe(6)
    await card.getByRole('button', { name: /^(Show all|显示全部)/ }).click()
    await expect.poll(() => card.getByRole('listitem').count()).toBeGreaterThan(20)
    await expectFit(page, 'documented-errors')

    await card.getByRole('searchbox').fill('其他订单核销')
    const found = card.getByRole('listitem')
    await expect.poll(() => found.count()).toBeLessThan(6)
    await found
      .first()
      .getByRole('button', { name: new RegExp(`^${words.faults.refuse.plan}`) })
      .click()
    await page.getByText(words.faults.added).waitFor()
    expect(await control.faults()).toMatchObject([{ operation: 'useCoupon', error: 'already_used', times: 1 }])
    expect(page.complaints).toEqual([])
  })
})
