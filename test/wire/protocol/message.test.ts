import { describe, expect, test } from 'vitest'
import {
  headersToRepeat,
  requestMessage,
  responseMessage,
  signInformation,
} from '../../../src/wire/protocol/message.ts'

const request = { method: 'POST', target: '/v3/x?a=%E5%88%B8&b=a+b', timestamp: '1700000000', nonce: 'n0nce' }
const withBody = (body: string | Uint8Array) => ({
  ...request,
  body: typeof body === 'string' ? Buffer.from(body) : body,
})

describe('the message of a request', () => {
  test('has five lines, the target as it was sent and a line feed at the very end', () => {
    expect(requestMessage(withBody('{"a":1}')).toString()).toBe(
      'POST\n/v3/x?a=%E5%88%B8&b=a+b\n1700000000\nn0nce\n{"a":1}\n',
    )
  })

  test('ends with two line feeds when there is no body', () => {
    expect(requestMessage(withBody('')).toString()).toBe('POST\n/v3/x?a=%E5%88%B8&b=a+b\n1700000000\nn0nce\n\n')
  })

  test('takes bytes over that are not UTF-8', () => {
    const message = requestMessage(withBody(Uint8Array.of(0xff, 0x00, 0x0a)))

    expect([...message.subarray(-4)]).toEqual([0xff, 0x00, 0x0a, 0x0a])
  })
})

test('the message of an answer has three lines, the last one empty without a body', () => {
  const answer = { timestamp: '1700000000', nonce: 'n0nce' }

  expect(responseMessage({ ...answer, body: Buffer.from('{}') }).toString()).toBe('1700000000\nn0nce\n{}\n')
  expect(responseMessage({ ...answer, body: new Uint8Array(0) }).toString()).toBe('1700000000\nn0nce\n\n')
})

describe('the information about a message that does not fit', () => {
  test.for([
    ['', ''],
    ['{}', '{}'],
    ['12345678', '12345678'],
    ['123456789', '12345678'],
    ['{"mchid":"1900000001"}', '{"mchid"'],
    ['一二三四五六七八九', '一二三四五六七八'],
    ['😀😀😀😀😀😀😀😀😀', '😀😀😀😀😀😀😀😀'],
    ['1234567\n9', '1234567\n'],
    ['\uFEFF{"mchid":1}', '\uFEFF{"mchid'],
  ] as const)('shows %j as %j', ([body, shown]) => {
    const { truncated_sign_message } = signInformation(withBody(body))

    expect(truncated_sign_message).toBe(`POST\n/v3/x?a=%E5%88%B8&b=a+b\n1700000000\nn0nce\n${shown}\n`)
  })

  test('counts the bytes of the whole message, and names method and target', () => {
    const body = '{"备注":"中文"}'
    const information = signInformation(withBody(body))

    expect(information.sign_message_length).toBe(46 + 19 + 1)
    expect(information).toMatchObject({ method: 'POST', url: '/v3/x?a=%E5%88%B8&b=a+b' })
  })

  test('has its keys in the order of the live service', () => {
    expect(Object.keys(signInformation(withBody('')))).toEqual([
      'method',
      'sign_message_length',
      'truncated_sign_message',
      'url',
    ])
  })

  test('does not fail on a body that is not text', () => {
    const { truncated_sign_message } = signInformation(withBody(new Uint8Array(100).fill(0xff)))

    expect(truncated_sign_message.endsWith(`n0nce\n${'\uFFFD'.repeat(8)}\n`)).toBe(true)
  })
})

test('what means the connection, the place and the length is not sent again', () => {
  const kept = { accept: '*/*', authorization: 'x', 'content-type': 'application/json', 'wechatpay-serial': '7C' }
  const dropped =
    'host connection keep-alive transfer-encoding content-length accept-encoding te trailer upgrade proxy-authorization proxy-connection'
  const fields = dropped.split(' ').map((name) => [name, 'x'])

  expect(headersToRepeat({ ...Object.fromEntries(fields), ...kept })).toEqual(kept)
})
