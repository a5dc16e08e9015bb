import { describe, expect, test } from 'vitest'
import { commonErrors, INTERNAL_CODES } from '../../src/protocol/common-errors.ts'
import { ApiError, hasBody, UsageError } from '../../src/protocol/errors.ts'

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

const DO_Y = { en: 'Do y.', zh: '请做 y。' }

test('misuse names the value to blame, or none', () => {
  expect(new UsageError('MOCK_X', DO_Y)).toMatchObject({ name: 'UsageError', code: 'MOCK_X', path: '' })
  expect(new UsageError('MOCK_X', DO_Y, { path: '/mchid' })).toMatchObject({ path: '/mchid', message: DO_Y.en })
})

test('misuse is in English where only a message is shown, and in both languages for who asks', () => {
  expect(new UsageError('MOCK_X', DO_Y)).toMatchObject({ message: 'Do y.', texts: { en: 'Do y.', zh: '请做 y。' } })
})

test('misuse keeps what caused it', () => {
  const cause = new Error('underneath')

  expect(new UsageError('MOCK_X', DO_Y, { cause }).cause).toBe(cause)
})

test('every common error has text for the client and for the documents, but for the two without a body', () => {
  const empty = ['path_unknown', 'method_unfit']
  for (const [name, error] of Object.entries(commonErrors)) {
    expect(error.code, name).toMatch(empty.includes(name) ? /^$/ : /^[A-Z_]+$/)
    expect(error.message === '', name).toBe(empty.includes(name))
    expect(error.when, name).not.toBe('')
  }
})

test('every refusal before authentication is a 401 with the code for signatures, but for the headers', () => {
  const refusals = Object.entries(commonErrors).filter(([, { status }]) => status === 401)

  expect(refusals.map(([name]) => name)).toEqual([
    'authorization_malformed',
    'authorization_missing_pay',
    'scheme_unfit',
    'untimely',
    'api_v3_key_not_set',
    'certificate_never_applied_for',
    'certificate_expired',
    'certificate_revoked',
    'certificate_replaced',
    'serial_unknown',
    'serial_unknown_pay',
    'mchid_unknown_pay',
    'signature_mismatch',
    'signature_mismatch_pay',
  ])
  for (const [name, error] of refusals) {
    const internalCode =
      name === 'authorization_malformed' ? INTERNAL_CODES.authorizationMalformed : INTERNAL_CODES.signature
    expect(error).toMatchObject({ code: 'SIGN_ERROR', internalCode })
  }
})

test('an unknown path is answered without a body, a wrong parameter with one', () => {
  expect(hasBody(commonErrors.path_unknown)).toBe(false)
  expect(hasBody(commonErrors.parameter_invalid)).toBe(true)
})
