import { describe, expect } from 'vitest'
import { AdjustableClock } from '../../src/engine/clock.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { expectRefusal, json, NOON, test } from './doors.ts'

describe('the clock', () => {
  test('shows the time in China, with milliseconds', async ({ control, machine }) => {
    machine.pass(7)

    expect(await control.clock()).toEqual({ now: '2026-11-25T12:00:00.007+08:00', frozen: false })
  })

  test('runs on from where it is set', async ({ control, machine }) => {
    await control.setClock({ now: '2030-01-01T00:00:00Z' })
    machine.pass(1_500)

    expect(await control.clock()).toEqual({ now: '2030-01-01T08:00:01.500+08:00', frozen: false })
  })

  test('stands still, and runs on from there', async ({ control, machine }) => {
    expect(await control.freeze()).toMatchObject({ frozen: true })
    machine.pass(60_000)
    expect(await control.clock()).toEqual({ now: '2026-11-25T12:00:00.000+08:00', frozen: true })
    expect(await control.run()).toEqual({ now: '2026-11-25T12:00:00.000+08:00', frozen: false })
    machine.pass(1_000)
    expect(await control.clock()).toEqual({ now: '2026-11-25T12:00:01.000+08:00', frozen: false })
  })

  test('is frozen exactly where it is set', async ({ control, machine }) => {
    expect(await control.freeze(new Date(NOON + 1))).toEqual({ now: '2026-11-25T12:00:00.001+08:00', frozen: true })
    machine.pass(5)
    expect(await control.setClock({ now: new Date(NOON), frozen: false })).toEqual({
      now: '2026-11-25T12:00:00.000+08:00',
      frozen: false,
    })
  })

  test('moves on and back, frozen or not', async ({ control }) => {
    expect(await control.advance('P31D')).toEqual({ now: '2026-12-26T12:00:00.000+08:00', frozen: false })
    expect(await control.advance(-86_400)).toMatchObject({ now: '2026-12-25T12:00:00.000+08:00' })
    await control.freeze()
    expect(await control.advance('PT0.25S')).toEqual({ now: '2026-12-25T12:00:00.250+08:00', frozen: true })
  })

  test('goes back to the time of the machine, and runs', async ({ control, machine }) => {
    await control.freeze('2030-01-01T00:00:00+08:00')
    machine.pass(5)

    expect(await control.setClock({ now: 'machine' })).toEqual({ now: '2026-11-25T12:00:00.005+08:00', frozen: false })
    machine.pass(1_000)
    expect(await control.clock()).toEqual({ now: '2026-11-25T12:00:01.005+08:00', frozen: false })
    await control.advance('-P1D')
    expect(await control.freeze('machine')).toEqual({ now: '2026-11-25T12:00:01.005+08:00', frozen: true })
  })

  test('is what simulated calls go by', async ({ control, mock, merchant }) => {
    await control.advance('P365D')
    const order = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T', out_request_no: 'A' }

    expect(await merchant.call(associateTradeInfo, order)).toMatchObject({ status: 400 })
    expect(mock.clock.now()).toBe(NOON + 365 * 86_400_000)
  })

  test.for([
    ['PUT', '/_mock/clock', {}, 'MOCK_INPUT', ''],
    ['PUT', '/_mock/clock', { now: '2026-11-25T12:00:00' }, 'MOCK_INPUT', '/now'],
    ['PUT', '/_mock/clock', { now: 'mock' }, 'MOCK_INPUT', '/now'],
    ['PUT', '/_mock/clock', { now: '0000-01-01T00:00:00+08:00', frozen: true }, 'MOCK_CLOCK_OUT_OF_RANGE', ''],
    ['POST', '/_mock/clock/advance', { duration: 'P1M' }, 'MOCK_DURATION', '/duration'],
    ['POST', '/_mock/clock/advance', { duration: 'P9999999D' }, 'MOCK_CLOCK_OUT_OF_RANGE', ''],
  ] as const)('%s %s %j is refused', async ([method, path, body, code, place], { request, control }) => {
    const response = await request(path, json(body, method))

    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ code, message: expect.any(String), path: place })
    expect(await control.clock()).toEqual({ now: '2026-11-25T12:00:00.000+08:00', frozen: false })
  })

  test('a duration that is none says what would be one', async ({ control }) => {
    await expect(control.advance('tomorrow')).rejects.toThrowError(/"P31D"/)
    await expectRefusal(control.advance('tomorrow'), 'MOCK_DURATION', '/duration')
    await expect(control.advance('x'.repeat(100_000))).rejects.toThrow(/^\S{20,99} is not a duration: [^x]*$/)
  })
})

describe('a clock that started elsewhere', () => {
  test('goes back to where it started', ({ machine }) => {
    const clock = new AdjustableClock(machine, { now: NOON + 5, frozen: true })
    machine.pass(100)
    expect({ now: clock.now(), frozen: clock.frozen }).toEqual({ now: NOON + 5, frozen: true })

    clock.put({ now: 0, frozen: false })
    clock.reset()
    expect({ now: clock.now(), frozen: clock.frozen }).toEqual({ now: NOON + 5, frozen: true })
  })

  test('runs from where it started', ({ machine }) => {
    const clock = new AdjustableClock(machine, { now: 1_000 })
    machine.pass(10)
    clock.freeze()
    clock.reset()
    machine.pass(1)

    expect({ now: clock.now(), frozen: clock.frozen }).toEqual({ now: 1_001, frozen: false })
  })
})
