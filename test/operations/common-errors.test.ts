import { describe, expect } from 'vitest'
import type { OperationDescription } from '../../src/engine/operation.ts'
import { gatewayAt } from '../../src/engine/product.ts'
import { products } from '../../src/products/index.ts'
import { commonErrors } from '../../src/wire/protocol/common-errors.ts'
import type { ErrorDefinition } from '../../src/wire/protocol/errors.ts'
import { simulated as operations, testedCalls } from '../helpers/operations.ts'
import { test, transports } from '../helpers/world.ts'

/** An error common to all calls, in the words of an operation's gateway. */
const wordsOf = ({ path }: OperationDescription, key: string, error: ErrorDefinition) =>
  gatewayAt(products, path).errors?.[key] ?? error

const shown = ({ status, code, message }: ErrorDefinition) => ({
  status,
  body: code === '' ? undefined : { code, message },
})

/** Any request for an operation: what is in its way is in the way of all. */
function requestFor({ method, path }: OperationDescription) {
  return {
    method,
    // Without it a call with encrypted fields is refused for that.
    wechatpaySerial: 'certificate',
    target: path.replaceAll(/\{\w+\}/g, 'XXXXXX'),
    ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }),
  }
}

/** Errors found before the caller is known. */
const UNSIGNED: ReadonlySet<string> = new Set([
  ...['header_missing', 'body_too_large', 'path_unknown', 'method_unfit'],
  ...['authorization_malformed', 'authorization_missing_pay', 'scheme_unfit', 'untimely', 'mchid_unknown_pay'],
  ...['api_v3_key_not_set', 'certificate_never_applied_for'],
  ...['certificate_expired', 'certificate_revoked', 'certificate_replaced'],
  ...['serial_unknown', 'serial_unknown_pay', 'signature_mismatch', 'signature_mismatch_pay'],
])

const takesJson = operations.filter(({ input }) => 'body' in input && !('file' in input))
const limited = operations.filter(({ rateLimit }) => rateLimit !== undefined)

describe.for(transports)('what any call can be answered with, over %s', (transport) => {
  test.override('transport', transport)
  // To search for the cause of a wrong signature takes longer than the rest, and no call makes it another search.
  test.override('options', { diagnosis: 'off' })

  describe.for(testedCalls(operations))('$id', (operation) => {
    test('is refused with a signature that does not fit', async ({ merchant }) => {
      const { status, body } = await merchant.request({ ...requestFor(operation), signInstead: { nonce: 'another' } })

      const expected =
        gatewayAt(products, operation.path).authentication?.signatureMismatch ?? commonErrors.signature_mismatch
      expect({ status, body }).toMatchObject(shown(expected))
      expect(body).toMatchObject({ detail: { detail: { issue: 'sign not match' } } })
    })

    test('each error that all calls have can be forced as a fault', async ({ merchant, control }) => {
      for (const [key, error] of Object.entries(commonErrors)) {
        await control.planFault({ operation: operation.id, error: key })
        const { status, body } = await merchant.request({ ...requestFor(operation), signed: !UNSIGNED.has(key) })
        expect({ status, body }, key).toEqual(shown(wordsOf(operation, key, error)))
      }
      expect(await control.faults()).toEqual([])
    })
  })

  test.for(testedCalls(takesJson))('$id is refused with a body that is no JSON', async (operation, { merchant }) => {
    const { status, body } = await merchant.request({
      ...requestFor(operation),
      body: '{"stock_id":',
    })

    expect({ status, body }).toEqual(shown(commonErrors.malformed))
  })

  test.for(testedCalls(limited))('$id is refused beyond its rate', async (operation, { merchant, mock, control }) => {
    mock.clock.freeze()
    await control.changeSettings({ rate_limit: 'on' })
    const { calls = 0 } = operation.rateLimit ?? {}
    for (let i = 1; i < calls; i++) mock.rateLimiter.take(operation, '1900000001', mock.clock.now())

    const [last, beyond] = [
      await merchant.request(requestFor(operation)),
      await merchant.request(requestFor(operation)),
    ]

    expect(last.status).not.toBe(429)
    expect({ status: beyond.status, body: beyond.body }).toEqual(
      shown(wordsOf(operation, 'rate_limited', commonErrors.rate_limited)),
    )
  })
})
