import { expect } from 'vitest'
import { transfer } from '../../../src/products/transfer/index.ts'
import { test } from '../../helpers/world.ts'

/** How often a merchant may call in a second, and how it is told of too many calls (mch-transfer.md 1.1). */
const RATES = [
  { operation: 'transferToUser', calls: 100, code: 'FREQUENCY_LIMIT_EXCEED' },
  { operation: 'preTransferWithAuthorization', calls: 100, code: 'FREQUENCY_LIMIT_EXCEED' },
  { operation: 'transferWithAuthorization', calls: 100, code: 'FREQUENCY_LIMIT_EXCEED' },
  { operation: 'getTransferBillByOutNo', calls: 100, code: 'FREQUENCY_LIMITED' },
  { operation: 'getTransferBillByNo', calls: 100, code: 'FREQUENCY_LIMITED' },
  { operation: 'cancelTransfer', calls: 20, code: 'FREQUENCY_LIMIT_EXCEED' },
  { operation: 'applyUserConfirmAuthorization', calls: 50, code: 'RATELIMIT_EXCEEDED' },
  { operation: 'closeUserConfirmAuthorization', calls: 50, code: 'RATELIMIT_EXCEEDED' },
  { operation: 'getUserConfirmAuthorization', calls: 100, code: 'RATELIMIT_EXCEEDED' },
  { operation: 'acceptElecsignByOutNo', calls: 20, code: 'FREQUENCY_LIMIT_EXCEED' },
  { operation: 'acceptElecsignByNo', calls: 20, code: 'FREQUENCY_LIMIT_EXCEED' },
  { operation: 'queryElecsignByOutNo', calls: 20, code: 'FREQUENCY_LIMIT_EXCEED' },
  { operation: 'queryElecsignByNo', calls: 20, code: 'FREQUENCY_LIMIT_EXCEED' },
] as const

/** Nothing is said of these. */
const WITHOUT = ['initiateBatchTransfer', 'downloadTransferReceipt', 'downloadTransferReceiptElsewhere']

const operationOf = (id: string) =>
  transfer.operations.find((operation) => operation.id === id) ?? expect.fail(`no operation ${id}`)

test('there is a rate for every call, or nothing is said of it', () => {
  const named = [...RATES.map(({ operation }) => operation), ...WITHOUT]

  expect(transfer.operations.map(({ id }) => id).toSorted()).toEqual(named.toSorted())
  for (const id of WITHOUT) expect(operationOf(id).rateLimit).toBeUndefined()
})

test.for(RATES)(
  '$operation: $calls in a second, then $code',
  async ({ operation, calls, code }, { merchant, clientOf, others, control, mock }) => {
    mock.clock.freeze()
    await control.changeSettings({ rate_limit: 'on' })
    const { method, path } = operationOf(operation)
    const target = path.replace(/\{\w+\}/, 'X1')
    const send = (client = merchant) => client.request({ method, target, ...(method === 'POST' && { body: {} }) })
    for (let i = 0; i < calls; i += 1) expect((await send()).status).not.toBe(429)

    const tooMany = await send()
    expect(tooMany).toMatchObject({ status: 429, body: { code, message: '频率超限' } })
    expect(tooMany.header('Request-ID')).toMatch(/-268447840$/)
    // It is counted per merchant, and for a second.
    expect((await send(await clientOf(others.owner))).status).not.toBe(429)
    await control.advance(1)
    expect((await send()).status).not.toBe(429)

    // A planned fault is worded in the same way.
    await control.planFault({ operation, error: 'rate_limited' })
    const planned = await send()
    expect([planned.status, planned.body]).toEqual([tooMany.status, tooMany.body])
  },
)

test.for(transfer.operations.filter(({ path }) => path.startsWith('/v3/fund-app/')))(
  '$id: no limit unless it is asked for, and SYSTEM_ERROR in its own words',
  async ({ id, method, path }, { merchant, control, mock }) => {
    mock.clock.freeze()
    const target = path.replace(/\{\w+\}/, 'X1')
    const send = () => merchant.request({ method, target, ...(method === 'POST' && { body: {} }) })
    for (let i = 0; i < 101; i += 1) expect((await send()).status).not.toBe(429)

    await control.planFault({ operation: id, error: 'system_error' })
    expect(await send()).toMatchObject({ status: 500, body: { code: 'SYSTEM_ERROR', message: '系统错误，请稍后重试' } })
  },
)
