import { describe, expect } from 'vitest'
import { transfer } from '../../../src/products/transfer/index.ts'
import { test } from '../../helpers/world.ts'

const onTransfers = transfer.operations.filter(({ path }) => path.startsWith('/v3/fund-app/mch-transfer/'))
const elsewhere = transfer.operations.filter((operation) => !onTransfers.includes(operation))

const refused = (message: string) => ({ status: 401, body: { code: 'SIGN_ERROR', message } })
const MALFORMED = refused('Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》')

const requestOf = ({ method, path }: (typeof onTransfers)[number]) => ({
  method,
  target: path.replace(/\{\w+\}/, 'X1'),
  ...(method === 'POST' && { body: '{}' }),
})

describe.for(onTransfers)('$id', (operation) => {
  const request = requestOf(operation)

  test.for([undefined, 'Bearer x'])(
    'says in its own words that it is not signed: %s',
    async (authorization, { merchant }) => {
      const answer = await merchant.request({ ...request, authorization })

      expect(answer).toMatchObject(refused('签名信息错误，验签失败'))
    },
  )

  test('says the rest as other calls do', async ({ merchant, control }) => {
    expect(await merchant.request({ ...request, authorization: 'WECHATPAY2-SHA256-RSA2048 mchid="1"' })).toMatchObject(
      MALFORMED,
    )
    expect(await merchant.request({ ...request, signInstead: { method: 'PUT' } })).toMatchObject(
      refused('错误的签名，验签失败'),
    )
    expect(await merchant.request({ ...request, headers: { 'User-Agent': undefined }, signed: false })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST', message: 'Http头缺少Accept或User-Agent' },
    })
    const { transfers, transfer_authorizations } = await control.world()
    expect([transfers, transfer_authorizations]).toEqual([[], []])
  })
})

test.for(elsewhere)('$id is not behind the gateway of transfers', async (operation, { merchant }) => {
  expect(await merchant.request({ ...requestOf(operation), authorization: undefined })).toMatchObject(MALFORMED)
})

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
    const request = requestOf(operationOf(operation))
    const send = (client = merchant) => client.request(request)
    for (let i = 0; i < calls; i += 1) expect((await send()).status).not.toBe(429)

    const tooMany = await send()
    expect(tooMany).toMatchObject({ status: 429, body: { code, message: '频率超限' } })
    expect(tooMany.header('Request-ID')).toMatch(/-268447840$/)
    // It is counted per merchant, and for a second.
    expect((await send(await clientOf(others.owner))).status).not.toBe(429)
    await control.advance(1)
    expect((await send()).status).not.toBe(429)

    // A planned fault is worded in the same way, and a failure of the service in words of its own.
    await control.planFault({ operation, error: 'rate_limited' })
    const planned = await send()
    expect([planned.status, planned.body]).toEqual([tooMany.status, tooMany.body])
    await control.planFault({ operation, error: 'system_error' })
    expect(await send()).toMatchObject({ status: 500, body: { code: 'SYSTEM_ERROR', message: '系统错误，请稍后重试' } })
  },
)

test('there is no limit unless it is asked for', async ({ merchant, mock }) => {
  mock.clock.freeze()
  const request = requestOf(operationOf('cancelTransfer'))
  for (let i = 0; i < 21; i += 1) expect((await merchant.request(request)).status).not.toBe(429)
})
