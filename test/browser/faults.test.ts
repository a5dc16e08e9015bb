import { afterAll, describe, expect } from 'vitest'
import { FAULT_EFFECTS } from '../../src/engine/faults/effects.ts'
import { CHROMIUM, closeBrowser, picture, test } from './chromium.ts'

afterAll(closeBrowser)

const link = (out_request_no: string, coupon_code = 'sxxe34343434') => ({
  method: 'POST' as const,
  target: '/v3/marketing/busifavor/coupons/associate',
  body: { stock_id: '100088', coupon_code, out_trade_no: 'T1', out_request_no },
})

describe.skipIf(CHROMIUM === undefined)('faults in the dashboard (where there is Chromium)', () => {
  test('an error of a call is planned, counts as it happens, and is taken back', async ({
    page,
    server,
    control,
    send,
  }) => {
    await page.goto(`${server.url}/_mock#/faults`)
    await page.getByText('Nothing is planned.').waitFor()
    await page.getByRole('combobox', { name: 'Call', exact: true }).selectOption('associateTradeInfo')
    await page.getByRole('combobox', { name: 'Error' }).selectOption('linked_to_other_order')
    await page.getByRole('spinbutton', { name: 'Number' }).fill('3')
    await page.getByRole('textbox', { name: 'Only for merchant' }).fill('1900000001')
    await page.getByRole('textbox', { name: 'Only for batch' }).fill('100088')
    await page.getByRole('textbox', { name: 'Only for coupon' }).fill('sxxe34343434')
    await page.getByRole('button', { name: 'Plan it' }).click()
    await page.getByText('The fault is planned.').waitFor()
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
    expect(await row.textContent()).toContain('linked_to_other_orderLink a coupon to an order')
    await send(link('A1', 'another'))
    await send(link('A2'))
    await row.getByText('fired 1×').waitFor()
    await row.getByText('2 left').waitFor()
    await picture(page, 'faults')

    await row.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('The fault was removed.').waitFor()
    await page.getByText('Nothing is planned.').waitFor()
    expect((await send(link('A3'))).status).toBe(200)
    expect(page.complaints).toEqual([])
  })

  test('whatever the mock can let go wrong is offered, for calls and for callbacks', async ({
    page,
    server,
    control,
  }) => {
    await page.goto(`${server.url}/_mock#/faults`)
    const values = async (name: string) =>
      (
        await page
          .getByRole('combobox', { name, exact: true })
          .locator('option')
          .evaluateAll((all) => all.map((one) => one.getAttribute('value') ?? ''))
      ).filter((value) => value !== '')
    const operations = await control.operations()
    const keys = [...operations.flatMap(({ errors }) => errors), ...(await control.commonErrors())].map(
      ({ key }) => key,
    )
    await page.getByRole('option', { name: 'rate_limited (429 FREQUENCY_LIMITED)' }).waitFor({ state: 'attached' })
    await expect.poll(() => values('Call')).toEqual(operations.map(({ id }) => id))
    expect(new Set(await values('Error'))).toEqual(new Set(keys))

    const ofCalls = await values('Effect')
    await page.getByRole('combobox', { name: 'Happens to' }).selectOption('callbacks')
    const ofCallbacks = await values('Effect')
    expect(new Set([...ofCalls, ...ofCallbacks])).toEqual(new Set(FAULT_EFFECTS))
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
    const error = page.getByRole('combobox', { name: 'Error' })
    await page.getByRole('combobox', { name: 'Call', exact: true }).selectOption('associateTradeInfo')
    await error.selectOption('linked_to_other_order')
    await page.getByRole('combobox', { name: 'Call', exact: true }).selectOption('queryStock')
    expect(await error.inputValue()).toBe('')
    await page.getByRole('button', { name: 'Plan it' }).click()
    await page.getByText('Say what is to happen').waitFor()
    expect(await control.faults()).toEqual([])
  })

  test('a share of the calls is late by a range, from the nth on and before the change', async ({
    page,
    server,
    control,
  }) => {
    await page.goto(`${server.url}/_mock#/faults`)
    await page.getByRole('combobox', { name: 'Error' }).selectOption('rate_limited')
    await page.getByRole('combobox', { name: 'Effect' }).selectOption('delay')
    await page.getByRole('spinbutton', { name: 'Delay from (ms)' }).fill('5')
    await page.getByRole('spinbutton', { name: 'Delay up to (ms)' }).fill('50')
    await page.getByRole('combobox', { name: 'When' }).selectOption('before')
    await page.getByRole('combobox', { name: 'How often' }).selectOption('percent')
    await page.getByRole('spinbutton', { name: 'Percent' }).fill('12.5')
    await page.getByRole('textbox', { name: 'Seed' }).fill('mine')
    await page.getByRole('spinbutton', { name: 'Starting with no.' }).fill('2')
    await page.getByRole('button', { name: 'Plan it' }).click()
    await page.locator('.planned-fault').getByText('Any call · 12.5% (seed mine) · starting with no. 2').waitFor()
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
  })

  test('calls are late as servers are', async ({ page, server, control }) => {
    await page.goto(`${server.url}/_mock#/faults`)
    await page.getByRole('combobox', { name: 'Error' }).selectOption('')
    await page.getByRole('combobox', { name: 'Effect' }).selectOption('delay')
    await page.getByRole('combobox', { name: 'Delay' }).selectOption('long_tail')
    await page.getByRole('spinbutton', { name: 'Median (ms)' }).fill('20')
    await page.getByRole('spinbutton', { name: '99th percentile (ms)' }).fill('900')
    await page.getByRole('button', { name: 'Plan it' }).click()
    await page.locator('.planned-fault').getByText('median 20 ms, p99 900 ms').waitFor()
    expect((await control.faults()).map(({ delay_ms }) => delay_ms)).toEqual([{ median: 20, p99: 900 }])
  })

  test('callbacks of an event are always late', async ({ page, server, control }) => {
    await page.goto(`${server.url}/_mock#/faults`)
    await page.getByRole('combobox', { name: 'Happens to' }).selectOption('callbacks')
    await page.getByRole('combobox', { name: 'Event' }).selectOption('COUPON.SEND')
    await page.getByRole('combobox', { name: 'Effect' }).selectOption('late')
    await page.getByRole('textbox', { name: 'Late by (ISO 8601)' }).fill('PT90S')
    await page.getByRole('combobox', { name: 'How often' }).selectOption('always')
    await page.getByRole('button', { name: 'Plan it' }).click()
    await page.locator('.planned-fault').getByText('COUPON.SEND a user received a coupon · always · 90 s').waitFor()
    expect(await control.faults()).toEqual([
      { id: '1', event: 'COUPON.SEND', effect: 'late', late_by: 90, always: true, fired: 0, calls: 0 },
    ])
  })
})

describe.skipIf(CHROMIUM === undefined)('in Chinese (where there is Chromium)', () => {
  test.override('language', 'zh-CN')

  test('a fault is planned, seen to happen and removed', async ({ page, server, control, send }) => {
    await page.setViewportSize({ width: 390, height: 800 })
    await page.goto(`${server.url}/_mock#/faults`)
    await page.getByText('没有生效中的故障注入。').waitFor()
    await page.getByRole('combobox', { name: '接口' }).selectOption({ label: '关联订单信息 associateTradeInfo' })
    await page.getByRole('combobox', { name: '返回错误' }).selectOption('')
    await page.getByRole('combobox', { name: '效果' }).selectOption({ label: 'stale_timestamp – 十分钟前的时间戳' })
    await page.getByRole('combobox', { name: '频率' }).selectOption({ label: '每次' })
    await page.getByRole('button', { name: '添加' }).click()
    await page.getByText('故障注入已添加。').waitFor()
    await expect(send(link('A1'))).rejects.toThrow()
    await page.getByText('已触发 1 次').waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    await picture(page, 'faults-zh')

    await page.getByRole('button', { name: '移除 stale_timestamp' }).click()
    await page.getByText('故障注入已移除。').waitFor()
    expect(await control.faults()).toEqual([])
    expect(page.complaints).toEqual([])
  })
})
