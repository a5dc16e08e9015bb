import { describe, expect, onTestFinished } from 'vitest'
import type { MockControl } from '../../src/mock-control.ts'
import { createMock, openMock } from '../helpers/engine.ts'
import { aDataFile } from '../stores/data-files.ts'
import { doors, test } from './doors.ts'

/** The mock does so in its own time. */
const POLL = { timeout: 60_000, interval: 10 }

/** A run of tests that has the state of a mock kept. */
async function aRun(control: MockControl): Promise<{ kill(): Promise<void> }> {
  const connection = new AbortController()
  const reader = (await control.keepState(connection.signal)).getReader()
  const { value } = await reader.read()
  expect(String(Buffer.from(value ?? []))).toBe(': kept\n\n')
  return { kill: () => reader.cancel() }
}

/** Changes all that a run of contracts changes. */
async function change(control: MockControl): Promise<void> {
  await control.restore({})
  await control.setClock({ now: '2030-01-01T00:00:00+08:00', frozen: true })
  await control.changeSettings({ orders: 'known' })
  await control.planFault({ effect: 'answer_lost' })
}

async function stateOf(control: MockControl): Promise<unknown> {
  return {
    world: await control.world(),
    clock: await control.clock(),
    settings: await control.settings(),
    faults: await control.faults(),
  }
}

async function aUsersMock(control: MockControl): Promise<unknown> {
  await control.setClock({ now: '2026-03-01T10:00:00+08:00', frozen: true })
  await control.addOrder({ out_trade_no: 'OF_THE_USER' })
  await control.planFault({ operation: 'associateTradeInfo', error: 'rate_limited', times: 2 })
  return stateOf(control)
}

describe.for(doors)('a mock that keeps its state for a run, %s', (door) => {
  test.override('door', door)

  test('has it again when the run ends without a word', async ({ control }) => {
    const before = await aUsersMock(control)
    const run = await aRun(control)
    await change(control)
    await run.kill()

    await expect.poll(() => stateOf(control), POLL).toEqual(before)
  })

  test('leaves it alone once it was released', async ({ control }) => {
    await aUsersMock(control)
    const run = await aRun(control)
    await change(control)
    await control.releaseState()
    const after = await stateOf(control)
    await run.kill()
    await (await aRun(control)).kill()

    expect(await stateOf(control)).toEqual(after)
  })

  test('has it again when the last of several runs ends', async ({ control }) => {
    const before = await aUsersMock(control)
    const runs = [await aRun(control), await aRun(control)]
    await change(control)
    const changed = await stateOf(control)
    await runs[0]?.kill()
    expect(await stateOf(control)).toEqual(changed)
    await runs[1]?.kill()

    await expect.poll(() => stateOf(control), POLL).toEqual(before)
  })
})

test('a run that was killed together with the mock of that time is undone by the next one', async () => {
  const data = await aDataFile()
  const first = await openMock({ data })
  const before = await aUsersMock(first.control)
  await aRun(first.control)
  await change(first.control)
  await first.close()

  const second = await openMock({ data })
  onTestFinished(() => second.close())
  expect(await stateOf(second.control)).not.toEqual(before)
  const run = await aRun(second.control)
  expect(await stateOf(second.control)).toEqual(before)
  await run.kill()
})

test('a reset leaves it kept', async () => {
  const { control } = createMock()
  const before = await aUsersMock(control)
  const run = await aRun(control)
  await control.reset()
  await run.kill()

  await expect.poll(() => stateOf(control), POLL).toEqual(before)
})
