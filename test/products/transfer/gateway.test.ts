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
