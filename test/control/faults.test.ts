import { describe, expect } from 'vitest'
import { associateTradeInfo, queryUserCoupon } from '../../src/products/operations.ts'
import { expectRefusal, test } from './doors.ts'

const REQUEST = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T1', out_request_no: 'R1' }

describe('faults', () => {
  test('answer the next calls, signed, and change nothing', async ({ control, merchant }) => {
    const planned = await control.planFault({ operation: 'associateTradeInfo', error: 'system_error', times: 2 })
    expect(planned).toEqual({
      id: '1',
      operation: 'associateTradeInfo',
      error: 'system_error',
      times: 2,
      left: 2,
      fired: 0,
      calls: 0,
    })

    const answers = [await merchant.call(associateTradeInfo, REQUEST), await merchant.call(associateTradeInfo, REQUEST)]

    const body = { code: 'SYSTEM_ERROR', message: '系统异常，请稍后重试' }
    expect(answers).toEqual([
      { status: 500, body },
      { status: 500, body },
    ])
    expect((await control.coupon('100088', 'sxxe34343434')).associate_out_trade_no).toBeUndefined()
    expect(await control.faults()).toEqual([])
    expect((await control.journal()).at(-1)?.remarks).toEqual([
      { about: 'fault', text: expect.any(String), effects: [] },
    ])
    expect(await merchant.call(associateTradeInfo, REQUEST)).toMatchObject({ status: 200 })
  })

  test('do not happen to calls that are not let in', async ({ control, merchant }) => {
    await control.planFault({ error: 'rate_limited' })

    const { status } = await merchant.call(associateTradeInfo, REQUEST, { authorization: undefined })

    expect(status).toBe(401)
    expect(await control.faults()).toEqual([{ id: '1', error: 'rate_limited', times: 1, left: 1, fired: 0, calls: 0 }])
    expect(await merchant.call(queryUserCoupon, { openid: 'o', coupon_code: 'c', appid: 'wx' })).toMatchObject({
      status: 429,
      body: { code: 'FREQUENCY_LIMITED' },
    })
  })

  test('are forgotten on demand, and by a reset', async ({ control }) => {
    await control.planFault({ error: 'rate_limited' })
    await control.clearFaults()
    expect(await control.faults()).toEqual([])

    await control.planFault({ error: 'rate_limited' })
    await control.reset()
    expect(await control.faults()).toEqual([])
  })

  test('are taken away one by one', async ({ control, merchant }) => {
    const { id } = await control.planFault({ error: 'rate_limited', always: true })
    const other = await control.planFault({ operation: 'queryUserCoupon', error: 'system_error' })
    await control.removeFault(id)

    expect(await control.faults()).toEqual([other])
    expect(await merchant.call(associateTradeInfo, REQUEST)).toMatchObject({ status: 200 })
    await expectRefusal(control.removeFault(id), 'MOCK_FAULT_GONE', '/path/id')
  })

  test('are chosen from what each call, and what every call can fail with', async ({ control }) => {
    const [one] = (await control.operations()).filter(({ id }) => id === 'associateTradeInfo')
    const common = await control.commonErrors()

    expect(one?.errors.map(({ key }) => key)).toContain('linked_to_other_order')
    expect(common).toContainEqual({
      key: 'rate_limited',
      status: 429,
      code: 'FREQUENCY_LIMITED',
      message: '频率限制',
      when: expect.any(String),
      evidence: expect.any(String),
    })
    for (const { key } of [...(one?.errors ?? []), ...common])
      await control.planFault({ operation: 'associateTradeInfo', error: key })
  })

  test('that do not exist are refused', async ({ control }) => {
    await expectRefusal(
      control.planFault({ operation: 'x', error: 'rate_limited' }),
      'MOCK_OPERATION_UNKNOWN',
      '/operation',
    )
    await expectRefusal(control.planFault({ error: 'x' }), 'MOCK_FAULT_UNKNOWN', '/error')
    await expectRefusal(control.planFault({ error: 'rate_limited', times: 0 }), 'MOCK_INPUT', '/times')
    await expectRefusal(control.planFault({}), 'MOCK_FAULT_PLAN', '')
    await expectRefusal(control.planFault({ effect: 'delay', delay_ms: -1 }), 'MOCK_INPUT', '/delay_ms')
    await expectRefusal(control.planFault({ effect: 'delay' }), 'MOCK_FAULT_PLAN', '/delay_ms')
    await expectRefusal(control.planFault({ status: 600 }), 'MOCK_INPUT', '/status')
    await expectRefusal(control.planFault({ status: 502, error: 'system_error' }), 'MOCK_FAULT_PLAN', '/status')
    await expectRefusal(control.planFault({ status: 502, effect: 'reset' }), 'MOCK_FAULT_PLAN', '/effect')
    await expectRefusal(control.planFault({ effect: 'delay', delay_ms: 1, body: '' }), 'MOCK_FAULT_PLAN', '/body')
    await expectRefusal(control.planFault({ status: 204, body: 'x' }), 'MOCK_FAULT_PLAN', '/body')
    await expectRefusal(control.planFault({ event: 'any', effect: 'probe', status: 502 }), 'MOCK_FAULT_PLAN', '/status')
    await expectRefusal(control.planFault({ effect: 'duplicate' }), 'MOCK_FAULT_PLAN', '/event')
    await expectRefusal(control.planFault({ event: 'any', effect: 'reset' }), 'MOCK_FAULT_PLAN', '/effect')
    await expectRefusal(control.planFault({ event: 'any', error: 'system_error' }), 'MOCK_FAULT_PLAN', '/error')
    await expectRefusal(
      control.planFault({ event: 'any', effect: 'probe', stock_id: '1' }),
      'MOCK_FAULT_PLAN',
      '/stock_id',
    )
    await expectRefusal(control.planFault({ event: 'any', effect: 'late' }), 'MOCK_FAULT_PLAN', '/late_by')
    await expectRefusal(
      control.planFault({ event: 'any', effect: 'late', late_by: 'P1M' }),
      'MOCK_DURATION',
      '/late_by',
    )
    await expectRefusal(control.planFault({ event: 'any', effect: 'late', late_by: -1 }), 'MOCK_FAULT_PLAN', '/late_by')
  })

  test('are planned with everything that they may have, and told of again', async ({ control }) => {
    const plan = {
      operation: 'associateTradeInfo',
      mchid: '1900000001',
      stock_id: '100088',
      coupon_code: 'sxxe34343434',
      nth: 2,
      percent: 50,
      seed: 'x',
      error: 'system_error',
      effect: 'delay',
      when: 'after',
      delay_ms: { min: 1, max: 2 },
    } as const
    const drip = { effect: 'slow_drip', pause_ms: 1, times: 3 } as const
    const tail = { effect: 'delay', delay_ms: { median: 200, p99: 3_000 }, always: true } as const
    const planned = { ...plan, id: '1', fired: 0, calls: 0 }
    const plannedDrip = { ...drip, id: '2', left: 3, fired: 0, calls: 0 }

    expect(await control.planFault(plan)).toEqual(planned)
    expect(await control.planFault(drip)).toEqual(plannedDrip)
    const plannedTail = { ...tail, id: '3', fired: 0, calls: 0 }
    expect(await control.planFault(tail)).toEqual(plannedTail)
    expect(await control.faults()).toEqual([planned, plannedDrip, plannedTail])
  })

  test('that happened to no call are told apart', async ({ control, merchant }) => {
    await control.planFault({ effect: 'stale_timestamp', always: true })
    await control.planFault({ error: 'rate_limited', nth: 5 })

    await expect(merchant.call(associateTradeInfo, REQUEST)).rejects.toThrow('seconds from the client')

    const late = { id: '2', error: 'rate_limited', nth: 5, times: 1, left: 1, fired: 0, calls: 1 }
    expect(await control.faults()).toEqual([
      { id: '1', effect: 'stale_timestamp', always: true, fired: 1, calls: 1 },
      late,
    ])
    expect(await control.faults({ unused: true })).toEqual([late])
  })

  test('for a coupon whose code no text in UTF-8 can have hit no call', async ({ control, merchant }) => {
    await control.planFault({ error: 'system_error', coupon_code: '\ud800', stock_id: '\udfff' })

    expect(await merchant.call(associateTradeInfo, REQUEST)).toMatchObject({ status: 200 })
    expect(await control.faults({ unused: true })).toHaveLength(1)
  })

  test('are named in the journal, with how the answer went', async ({ control, merchant }) => {
    await control.planFault({ effect: 'answer_lost', coupon_code: 'sxxe34343434' })

    await expect(merchant.call(associateTradeInfo, REQUEST)).rejects.toThrow('fetch failed')

    const [exchange] = await control.journal()
    expect(exchange?.remarks).toEqual([
      {
        about: 'fault',
        text: 'A planned fault: it was done, and the connection was reset before the answer (couponCode sxxe34343434, effect answer_lost, times 1).',
        effects: ['answer_lost'],
      },
    ])
    expect(exchange?.response).toMatchObject({ status: 200, delivery: 'reset' })
  })

  test('are told of with what they hit, also once they are spent or taken back', async ({ control, merchant }) => {
    expect(await control.firedFaults()).toEqual([])
    await control.planFault({ operation: 'associateTradeInfo', error: 'system_error', times: 2 })
    const slow = await control.planFault({ effect: 'delay', delay_ms: 1, always: true })
    await merchant.call(associateTradeInfo, REQUEST)
    expect(await control.firedFaults()).toMatchObject([
      { fault: { id: '1', left: 1, fired: 1, calls: 1 }, active: true, hits: 1 },
      { fault: { id: '2', fired: 1, calls: 1 }, active: true, hits: 1 },
    ])
    await merchant.call(associateTradeInfo, REQUEST)
    await merchant.call(associateTradeInfo, REQUEST)
    await control.removeFault(slow.id)

    const [first, second, third] = (await control.journalPage({})).items
    expect(await control.firedFaults()).toEqual([
      {
        fault: { id: '2', effect: 'delay', delay_ms: 1, always: true, fired: 3, calls: 3 },
        active: false,
        hits: 3,
        exchanges: [first, second, third],
      },
      {
        fault: {
          id: '1',
          operation: 'associateTradeInfo',
          error: 'system_error',
          times: 2,
          left: 0,
          fired: 2,
          calls: 2,
        },
        active: false,
        hits: 2,
        exchanges: [second, third],
      },
    ])
    await control.clearJournal()
    expect(await control.firedFaults()).toEqual([])
  })

  test('are told of with the latest that they hit, if these are many', async ({ control, merchant }) => {
    await control.planFault({ error: 'rate_limited', always: true })
    for (let i = 0; i < 12; i++) await merchant.call(associateTradeInfo, REQUEST)

    const [{ hits, exchanges } = { hits: 0, exchanges: [] }] = await control.firedFaults()
    expect(hits).toBe(12)
    expect(exchanges).toEqual((await control.journalPage({ limit: 10 })).items)
  })
})

describe('settings', () => {
  test('are defined with their words or their range, and with the default', async ({ control }) => {
    const definitions = await control.settingDefinitions()
    expect(Object.fromEntries(definitions.map((one) => [one.name, one.default]))).toEqual(await control.settings())
    expect(definitions.find(({ name }) => name === 'rate_limit')).toEqual({
      name: 'rate_limit',
      text: 'whether calls beyond the documented rates are refused with 429',
      default: 'off',
      words: ['on', 'off'],
    })
    expect(definitions.find(({ name }) => name === 'time_expire_max')).toMatchObject({ range: { min: 1, max: 90 } })
    expect(definitions.find(({ name }) => name === 'callback_public_key_share')).toMatchObject({
      default: 'as_called',
      range: { min: 0, max: 100 },
    })
    for (const { name, words = [], range } of definitions) {
      for (const value of [...words, ...(range ? [range.min, range.max] : [])]) {
        expect(await control.changeSettings({ [name]: value })).toMatchObject({ [name]: value })
      }
    }
    await control.reset()
  })

  test('change while the mock runs, one by one, until a reset', async ({ control, merchant }) => {
    const standard = await control.settings()
    expect(await control.changeSettings({ orders: 'known' })).toEqual({ ...standard, orders: 'known' })
    expect(await merchant.call(associateTradeInfo, REQUEST)).toMatchObject({ status: 404 })

    await control.changeSettings({ auth: 'lenient', key_mode: 'public-key' })
    expect((await control.credentials()).platform_certificates).toEqual([])

    await control.reset()
    expect(await control.settings()).toEqual(standard)
    expect(await merchant.call(associateTradeInfo, REQUEST)).toMatchObject({ status: 200 })
  })
})
