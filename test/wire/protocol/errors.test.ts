import { describe, expect, test } from 'vitest'
import {
  commonErrors,
  commonKeyOf,
  INTERNAL_CODES,
  precedesAuthentication,
} from '../../../src/wire/protocol/common-errors.ts'
import { ApiError, hasBody, UsageError } from '../../../src/wire/protocol/errors.ts'
import { docs, github, sources, sourcesOf, thread } from '../../../src/wire/protocol/sources.ts'

const all = Object.entries(commonErrors)

describe('an error on the wire', () => {
  test('is written with its keys in alphabetical order', () => {
    const error = new ApiError(commonErrors.mchid_differs, { detail: { location: 'body' } })

    expect(JSON.stringify(error)).toBe(
      '{"code":"PARAM_ERROR","detail":{"location":"body"},"message":"http header中的mchid与post payload中的mchid不匹配"}',
    )
  })

  test('has no detail member when there is none', () => {
    expect(JSON.stringify(new ApiError(commonErrors.untimely))).toBe(
      '{"code":"SIGN_ERROR","message":"Http头Authorization中的timestamp与发起请求的时间不得超过5分钟"}',
    )
  })

  test('may say something else than its definition, and keeps what caused it', () => {
    const cause = new Error('underneath')
    const error = new ApiError(commonErrors.parameter_invalid, { message: '参数错误', cause })

    expect(error).toMatchObject({ name: 'ApiError', status: 400, code: 'PARAM_ERROR', message: '参数错误', cause })
    expect(error.definition).toBe(commonErrors.parameter_invalid)
  })
})

test('misuse names the value to blame or none, in both languages, and keeps what caused it', () => {
  const texts = { en: 'Do y.', zh: '请做 y。' }
  const cause = new Error('underneath')

  expect(new UsageError('MOCK_X', texts)).toMatchObject({
    name: 'UsageError',
    code: 'MOCK_X',
    path: '',
    message: 'Do y.',
    texts: { en: 'Do y.', zh: '请做 y。' },
  })
  expect(new UsageError('MOCK_X', texts, { path: '/mchid', cause })).toMatchObject({ path: '/mchid', cause })
})

test('every common error has text for the client and for the documents, but for the two without a body', () => {
  for (const [name, error] of all) {
    const isEmpty = name === 'path_unknown' || name === 'method_unfit'
    expect(error.code, name).toMatch(isEmpty ? /^$/ : /^[A-Z_]+$/)
    expect(error.message === '', name).toBe(isEmpty)
    expect(hasBody(error), name).toBe(!isEmpty)
    expect(error.when, name).not.toBe('')
  }
})

test('an error is answered before it is known who calls when it is about the header, the size, the path, the merchant or the signature', () => {
  const ofSignature =
    'authorization_malformed authorization_missing_pay scheme_unfit untimely api_v3_key_not_set certificate_never_applied_for certificate_expired certificate_revoked certificate_replaced serial_unknown serial_unknown_pay mchid_unknown_pay signature_mismatch signature_mismatch_pay'
  const keys = (errors: typeof all) => errors.map(([key]) => key).join(' ')
  const refusals = all.filter(([, { status }]) => status === 401)

  expect(keys(refusals)).toBe(ofSignature)
  expect(keys(all.filter(([, error]) => precedesAuthentication(error)))).toBe(
    `header_missing ${ofSignature} body_too_large path_unknown method_unfit`,
  )
  for (const [name, error] of refusals) {
    const { authorizationMalformed, signature } = INTERNAL_CODES
    const internalCode = name === 'authorization_malformed' ? authorizationMalformed : signature
    expect(error).toMatchObject({ code: 'SIGN_ERROR', internalCode })
  }
})

describe('the key of an error that any call has', () => {
  test.for(all)('%s', ([key, error]) => {
    expect(commonKeyOf(error)).toBe(key)
    expect(commonKeyOf({ ...error, internalCode: 1 })).toBe(key)
  })

  test.for([
    { status: 404 },
    { code: 'OTHER' },
    { message: '别的' },
    { when: { en: 'at another time', zh: '其他情况' } },
  ] as const)('there is none for one that differs in %j', (change) => {
    expect(commonKeyOf({ ...commonErrors.untimely, ...change })).toBe(undefined)
  })
})

test('the sources of a rule are none, one or several', () => {
  const { probe, vendorSkills } = sources

  expect(sourcesOf({})).toEqual([])
  expect(sourcesOf({ source: probe })).toEqual([probe])
  expect(sourcesOf({ source: [probe, vendorSkills] })).toEqual([probe, vendorSkills])
})

test('addresses are those of the documents, the forum and GitHub', () => {
  expect(docs('doc/v3/merchant/1')).toBe('https://pay.weixin.qq.com/doc/v3/merchant/1')
  expect(thread('a thread', 'pay/doc/1').url).toBe('https://developers.weixin.qq.com/community/pay/doc/1')
  expect(github('wechatpay-apiv3/wechatpay-java')).toBe('https://github.com/wechatpay-apiv3/wechatpay-java')
})
