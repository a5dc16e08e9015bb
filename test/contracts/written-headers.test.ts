import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { post } from '../../contracts/conformance/client.ts'
import { associateTradeInfo, time, wechatPayPact } from '../../contracts/kit/index.ts'
import { LINK, test } from './pacts.ts'

test.for([
  ['no header field that every request has', {}, ['Content-Type']],
  ['Authorization where it is asked for', { authorization: true }, ['Authorization', 'Content-Type']],
] as const)('a contract has %s', async ([, option, names], { write }) => {
  const dir = dirname(await write({ version: '4.0', interactions: [] }))

  await wechatPayPact({ consumer: 'headers', dir, ...option })
    .upon('links')
    .calls(associateTradeInfo, LINK)
    .answers({ wechatpay_associate_time: time() })
    .test((connection) => post(connection, associateTradeInfo.path, LINK))

  const { interactions } = JSON.parse(await readFile(join(dir, 'headers-wechatpay.json'), 'utf8'))
  const [{ request, response }] = interactions
  expect(Object.keys(request.headers)).toEqual(names)
  expect(response.headers).toEqual({ 'Content-Type': ['application/json'] })
  expect(response.matchingRules).not.toHaveProperty('header')
})
