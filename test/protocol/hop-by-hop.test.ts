import { expect, test } from 'vitest'
import { headersToRepeat } from '../../src/protocol/message.ts'

test('what means the connection, the place and the length is not sent again', () => {
  const kept = { accept: '*/*', authorization: 'x', 'content-type': 'application/json', 'wechatpay-serial': '7C' }
  const dropped = {
    host: 'h',
    connection: 'keep-alive',
    'keep-alive': 'timeout=8',
    'transfer-encoding': 'chunked',
    'content-length': '2',
    'accept-encoding': 'gzip',
    te: 'trailers',
    trailer: 'x',
    upgrade: 'h2c',
    'proxy-authorization': 'x',
    'proxy-connection': 'close',
  }

  expect(headersToRepeat({ ...dropped, ...kept })).toEqual(kept)
})
