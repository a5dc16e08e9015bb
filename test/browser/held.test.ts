import { expect } from 'vitest'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { startReceiver } from '../helpers/receiver.ts'
import { test as base, describeInEachLanguage, expectFit } from './chromium.ts'

const LINK = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'HELD_1', out_request_no: 'R-1' }

const test = base.extend('receiver', async ({ task: _ }, { onCleanup }) => {
  const receiver = await startReceiver(204)
  onCleanup(() => receiver.close())
  return receiver
})

describeInEachLanguage('what is held', (words, language) => {
  test.override('language', language)
  const { held, faults } = words

  test('stands above the calls, and is let through, answered otherwise or lost', async ({
    page,
    server,
    control,
    send,
    receiver,
  }) => {
    await page.goto(`${server.url}/_mock#/faults`)
    const recipe = page.getByRole('form', { name: faults.recipes.hold.title, exact: true })
    await recipe.getByRole('spinbutton').fill('3')
    await recipe.getByRole('button', { name: faults.add }).click()
    await page.getByText(faults.added).waitFor()
    const callbacks = page.getByRole('form', { name: faults.recipes.callback_held.title, exact: true })
    await callbacks.getByRole('spinbutton').fill('2')
    await callbacks.getByRole('button', { name: faults.add }).click()
    await expect
      .poll(() => control.faults())
      .toMatchObject([
        { effect: 'hold', left: 3 },
        { event: 'any', effect: 'hold', left: 2 },
      ])

    await page.goto(`${server.url}/_mock#/exchanges`)
    const list = page.getByRole('region', { name: held.title(1) })
    const button = (name: string) => page.locator('.held').getByRole('button', { name, exact: true })
    const call = () => send({ target: associateTradeInfo.path, body: LINK })
    const changed = call()
    await list.getByText('HELD_1', { exact: true }).waitFor()
    await button(held.changeAnswer).click()
    const form = page.getByRole('form', { name: held.changeAnswer })
    await expect.poll(() => form.getByRole('textbox').inputValue()).toContain('wechatpay_associate_time')
    await expectFit(page, 'held')
    await form.getByRole('spinbutton').fill('503')
    await form.getByRole('textbox').fill('{ "code": "SYSTEM_ERROR", ')
    await form.getByRole('button', { name: held.answer }).click()
    await page.locator('.notice.failed').waitFor()
    await form.getByRole('textbox').fill('{ "code": "SYSTEM_ERROR", "message": "busy" }')
    await form.getByRole('button', { name: held.answer }).click()
    expect(await changed).toMatchObject({ status: 503, body: { code: 'SYSTEM_ERROR', message: 'busy' } })
    await page.getByText(held.done.answer).waitFor()
    await list.waitFor({ state: 'detached' })

    const lost = expect(call()).rejects.toThrow()
    await button(held.lose).click()
    await lost
    await list.waitFor({ state: 'detached' })
    const through = call()
    await button(held.letThrough).click()
    expect(await through).toMatchObject({ status: 200 })
    const marked = page.locator('.list .rows > li').filter({ hasText: `⚡${words.marks.inShort.hold}` })
    await expect.poll(() => marked.count()).toBeGreaterThan(0)
    expect((await control.journalPage({ outcome: 'faulted' })).total).toBe(3)

    // Callbacks are held in the same list.
    await control.sendNotification({
      event_type: 'TRANSACTION.SUCCESS',
      url: receiver.url,
      resource: { out_trade_no: 'TOLD_1' },
    })
    await list.getByText('TOLD_1', { exact: true }).waitFor()
    await expect.poll(() => button(held.changeAnswer).count()).toBe(0)
    await list.getByText(words.callbacks.content).click()
    await list.getByText('"out_trade_no": "TOLD_1"').waitFor()
    await expectFit(page, 'held-callback')
    expect(receiver.received).toEqual([])
    await button(held.letThrough).click()
    await expect.poll(() => receiver.received.length).toBe(1)
    await list.waitFor({ state: 'detached' })

    await page.goto(`${server.url}/_mock#/callbacks`)
    const { id } = await control.sendNotification({ event_type: 'REFUND.SUCCESS', url: receiver.url })
    await page.getByText(`pending ${words.callbacks.underWay}`).waitFor()
    await button(held.lose).click()
    await page.getByText(`pending ${words.callbacks.toBeRepeated}`).waitFor()
    expect((await control.notification(id)).notification.attempts).toMatchObject([{ reason: { name: 'lost' } }])
    expect(page.complaints).toEqual([])
  })
})
