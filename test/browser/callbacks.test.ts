import { expect } from 'vitest'
import { startReceiver } from '../helpers/receiver.ts'
import { test as base, describeInEachLanguage, describePage, expectFit, pick, picture } from './chromium.ts'

const test = base
  .extend('taker', async ({ task: _ }, { onCleanup }) => {
    const receiver = await startReceiver(204)
    onCleanup(() => receiver.close())
    return receiver
  })
  .extend('refuser', async ({ task: _ }, { onCleanup }) => {
    const receiver = await startReceiver(500)
    onCleanup(() => receiver.close())
    return receiver
  })

describePage('callbacks in the dashboard', 'en', () => {
  test('appear as they are made, and are filtered by state and text', async ({
    page,
    server,
    control,
    taker,
    refuser,
  }) => {
    await page.goto(`${server.url}/_mock#/callbacks`)
    await page.getByText('No callbacks yet.').waitFor()
    await control.sendNotification({ event_type: 'REFUND.SUCCESS', url: refuser.url })
    await page.getByRole('link', { name: /pending to be repeated REFUND\.SUCCESS .* 1 try 500 Next try/ }).waitFor()
    await control.sendNotification({
      event_type: 'TRANSACTION.SUCCESS',
      url: taker.url,
      resource: { out_trade_no: 'NEEDLE' },
    })
    const rows = page.locator('.rows > li')
    await expect.poll(() => rows.count()).toBe(2)
    await expect.poll(() => rows.first().textContent()).toContain('TRANSACTION.SUCCESS')

    await page.getByRole('combobox', { name: 'State' }).selectOption('delivered')
    await expect.poll(() => rows.allTextContents()).toEqual([expect.stringContaining('TRANSACTION.SUCCESS')])
    await expect.poll(() => page.url()).toContain('state=delivered')
    await page.getByRole('combobox', { name: 'State' }).selectOption('')
    await page.getByRole('searchbox').fill('needle')
    await page.getByText('1 of 1').waitFor()
    expect(page.complaints).toEqual([])
  })

  test('one is opened, with its tries, their exchanges and what is sealed in it', async ({
    page,
    server,
    control,
    refuser,
  }) => {
    const { id } = await control.sendNotification({
      event_type: 'REFUND.SUCCESS',
      url: refuser.url,
      resource: { out_refund_no: 'IN_CLEAR' },
    })
    await page.goto(`${server.url}/_mock#/callbacks`)
    await page.getByRole('link', { name: /REFUND\.SUCCESS/ }).click()
    await page.getByText('"out_refund_no": "IN_CLEAR"').waitFor()
    const tries = page.locator('.timeline > li')
    await expect.poll(() => tries.count()).toBe(2)
    await expect.poll(() => tries.nth(0).textContent()).toContain('Next try')
    await expect.poll(() => tries.nth(1).textContent()).toContain('try 1 500')

    await page.getByRole('button', { name: 'Repeat now' }).click()
    await page.getByText('The receiver refused the callback: it answered 500.').waitFor()
    // The newest stands first.
    await expect.poll(() => tries.nth(1).textContent()).toContain('try 2 500')
    await expect.poll(() => tries.nth(2).textContent()).toContain('try 1 500')
    await expect.poll(() => tries.nth(1).getAttribute('class')).toBe('bad')
    expect(refuser.received).toHaveLength(2)
    await picture(page, 'callback')

    await tries.nth(1).getByRole('link', { name: 'Open the request' }).click()
    await page.getByRole('heading', { name: /REFUND\.SUCCESS · try 2/ }).waitFor()
    await page.getByRole('link', { name: 'All tries of this callback' }).click()
    await page.waitForURL(`**/_mock#/callbacks/${id}`)
    expect(page.complaints).toEqual([])
  })

  test('one is repeated as no receiver may take it, and not one that is delivered late', async ({
    page,
    server,
    control,
    taker,
  }) => {
    const { id } = await control.sendNotification({ event_type: 'TRANSACTION.SUCCESS', url: taker.url })
    await page.goto(`${server.url}/_mock#/callbacks/${id}`)
    const how = page.locator('.detail').getByRole('combobox', { name: 'Delivery' })
    await how.waitFor()
    const offered = () => how.locator('option').evaluateAll((all) => all.map((one) => one.getAttribute('value')))
    await expect.poll(offered).toContain('wrong_tag')
    expect(await offered()).not.toContain('late')

    await how.selectOption('bad_signature')
    await page.getByRole('button', { name: 'Repeat now' }).click()
    const tries = page.locator('.detail .timeline')
    await tries.getByText('Taken, although a planned fault had spoiled it (bad_signature).').waitFor()
    await tries.getByText('A planned fault: the signature was changed').waitFor()
    expect(await control.faults()).toEqual([])
  })

  test('one of an event is sent, with fields of its own in it, to an address that is remembered', async ({
    page,
    server,
    control,
    taker,
  }) => {
    await page.goto(`${server.url}/_mock#/callbacks`)
    await page.getByText('Send a callback').click()
    await pick(page.getByRole('combobox', { name: 'Event' }), 'REFUND.ABNORMAL')
    await page.getByRole('textbox', { name: 'To (URL)' }).fill(taker.url)
    const overrides = page.getByRole('textbox', { name: 'Payload overrides (JSON)' })
    await overrides.fill('{ "out_refund_no": ')
    await page.getByRole('button', { name: 'Send now' }).click()
    await page.locator('.notice.failed').waitFor()
    expect(taker.received).toEqual([])

    await overrides.fill('{ "out_refund_no": "BY_HAND" }')
    await page.getByRole('button', { name: 'Send now' }).click()
    await page.getByRole('heading', { name: 'delivered REFUND.ABNORMAL' }).waitFor()
    await page.getByText('"out_refund_no": "BY_HAND"').waitFor()
    expect(await control.notifications()).toMatchObject([
      { event_type: 'REFUND.ABNORMAL', attempts: [{ status: 204 }] },
    ])

    await page.reload()
    await page.getByText('Send a callback').click()
    await expect.poll(() => page.getByRole('textbox', { name: 'To (URL)' }).inputValue()).toBe(taker.url)
  })

  test('one is sent late; what was planned before comes first, and leaves nothing behind', async ({
    page,
    server,
    control,
    taker,
  }) => {
    await control.freeze()
    await page.goto(`${server.url}/_mock#/callbacks`)
    await page.getByText('Send a callback').click()
    await page.getByRole('textbox', { name: 'To (URL)' }).fill(taker.url)
    await page.getByRole('combobox', { name: 'Delivery' }).selectOption('late')
    await page.getByRole('textbox', { name: 'Late by (ISO 8601)' }).fill('PT2M')
    await page.getByRole('button', { name: 'Send now' }).click()
    await page.getByRole('heading', { name: 'pending to be sent COUPON.SEND' }).waitFor()
    expect(taker.received).toEqual([])
    await control.advance('PT2M')
    await page.getByRole('heading', { name: 'delivered COUPON.SEND' }).waitFor()

    await control.planFault({ event: 'any', effect: 'duplicate' })
    await page.locator('.list').getByRole('combobox', { name: 'Delivery' }).selectOption('wrong_key')
    await page.getByRole('button', { name: 'Send now' }).click()
    await expect.poll(() => taker.received.length).toBe(3)
    await page.getByText('The callback was delivered.').last().waitFor()
    expect(await control.faults()).toEqual([])
  })
})

describeInEachLanguage('callbacks of things', (words, language) => {
  test.override('language', language)
  const { callbacks } = words

  test('say whose they are in both lists, are found by that, and lead to it', async ({
    page,
    server,
    control,
    refuser,
  }) => {
    await control.freeze('2026-11-25T12:00:00+08:00')
    const { url } = refuser
    await control.addTransfer({ out_bill_no: 'Waiting1', notify_url: url })
    await control.addOrder({ out_trade_no: 'ORDER_1', state: 'NOTPAY', notify_url: url })
    await control.payOrder('ORDER_1')
    const { out_refund_no } = await control.refundOrder('ORDER_1', { notify_url: url })
    await control.addTransfer({ out_bill_no: 'Transfer1', notify_url: url })
    await control.confirmTransfer('Transfer1')
    await control.advance('PT10M')

    await page.goto(`${server.url}/_mock#/callbacks`)
    const rows = page.locator('.list .rows > li')
    const numbers = () => rows.evaluateAll((all) => all.map((row) => row.querySelectorAll('.told').length))
    await expect.poll(numbers).toEqual([1, 2, 1])
    await expect
      .poll(() => rows.allTextContents())
      .toEqual([
        expect.stringMatching(`pending ${callbacks.toBeRepeated}MCHTRANSFER\\.BILL\\.FINISHED.*Transfer1`),
        expect.stringMatching(`pending ${callbacks.toBeRepeated}REFUND\\.SUCCESS.*ORDER_1.*${out_refund_no}`),
        expect.stringMatching(`pending ${callbacks.toBeRepeated}TRANSACTION\\.SUCCESS.*ORDER_1`),
      ])
    await expectFit(page, 'callbacks-of-things')

    await page.getByRole('searchbox').fill(out_refund_no)
    await page.getByText(words.shownOf(1, 1)).waitFor()
    await rows.getByRole('link').click()
    const about = page.locator('.detail').getByRole('navigation', { name: words.exchange.things })
    await about.getByRole('link', { name: 'ORDER_1' }).waitFor()
    await expectFit(page, 'callback-of-a-thing')
    await about.getByRole('link', { name: out_refund_no }).click()
    await page.waitForURL(`**/_mock#/refunds/1900000001/${out_refund_no}`)

    await page.goto(`${server.url}/_mock#/exchanges?text=Transfer1`)
    await expect.poll(() => rows.first().textContent()).toMatch(/Transfer1.*MCHTRANSFER\.BILL\.FINISHED/)
    await rows.first().getByRole('link').click()
    await page.locator('.detail').getByRole('link', { name: 'Transfer1' }).waitFor()
    await expectFit(page, 'callback-in-requests')
    expect(page.complaints).toEqual([])
  })
})

describePage('in Chinese', 'zh-CN', () => {
  test.override('language', 'zh-CN')

  test('why one was not taken is said in Chinese: in the list, in its tries and in the exchange', async ({
    page,
    server,
    control,
    taker,
    refuser,
  }) => {
    await control.freeze('2026-11-25T12:00:00+08:00')
    await control.planFault({ event: 'REFUND.CLOSED', effect: 'wrong_tag' })
    await control.sendNotification({ event_type: 'REFUND.CLOSED', url: taker.url })
    await control.sendNotification({ event_type: 'TRANSACTION.SUCCESS', url: refuser.url })
    await control.sendNotification({ event_type: 'COUPON.SEND', url: 'https://shop.example.com/' })
    await page.goto(`${server.url}/_mock#/callbacks`)
    const notAllowed =
      '未发送：shop.example.com 不是本机。请用 --allow-callback-host shop.example.com（allowCallbackHosts）允许，或用自己的函数接收回调（receive）。'
    const spoiled = '接收方已接受，但故障注入破坏了这次回调（wrong_tag），本应拒绝。'
    await expect.poll(() => page.locator('.rows .note').allTextContents()).toEqual([notAllowed, spoiled])

    await page.getByRole('link', { name: /COUPON\.SEND/ }).click()
    const tries = page.locator('.detail .timeline')
    await tries.getByText(notAllowed).first().waitFor()
    await page.getByRole('link', { name: /REFUND\.CLOSED/ }).click()
    await tries.getByText('密文与认证标签不符').waitFor()
    await page.getByRole('link', { name: /TRANSACTION\.SUCCESS/ }).click()
    const notTaken = '未被接受，只有 200 和 204 表示接受。将于 2026-11-25 12:00:15 重发。'
    await tries.getByText(notTaken).waitFor()
    await tries.getByRole('link', { name: '查看请求记录' }).click()
    await page.locator('.detail .answer').getByText(notTaken).waitFor()
    await expect.poll(() => page.locator('[lang=en]:not(option)').count()).toBe(0)
    expect(page.complaints).toEqual([])
  })
})
