import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test as base, describe, expect, expectTypeOf } from 'vitest'
import {
  associateTradeInfo,
  type Connection,
  disassociateTradeInfo,
  time,
  wechatPayPact,
} from '../../contracts/kit/index.ts'
import { rawSender } from '../../contracts/kit/raw-http.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { LINK, test as pacts } from './pacts.ts'

const test = pacts.extend('pact', async ({ write }) => {
  const dir = dirname(await write({ version: '4.0', interactions: [] }))
  return { dir, contract: wechatPayPact({ consumer: 'wrong', dir, fresh: true }) }
})

/** Links a coupon, and fails as SDKs do, which know nothing of Pact. */
async function link({ url, credentials }: Connection, body: object): Promise<void> {
  const { send, close } = rawSender(url)
  try {
    const client = createMerchantClient({ credentials, send, contentType: 'json' })
    await client.request({ target: '/v3/marketing/busifavor/coupons/associate', body })
  } catch (cause) {
    throw new Error('Request failed with status code 500', { cause })
  } finally {
    close()
  }
}

describe('a test of a consumer that sends another request', () => {
  const { out_trade_no: _, ...incomplete } = LINK

  test('fails with what differs, and with what the client made of it as the cause', async ({ pact }) => {
    const failing = pact.contract
      .upon('links')
      .calls(associateTradeInfo, LINK)
      .answers({ wechatpay_associate_time: time() })
      .test((connection) => link(connection, incomplete))

    await expect(failing).rejects.toMatchObject({
      message: expect.stringMatching(
        /request was incorrect.*but received one with keys \[coupon_code, out_request_no, stock_id\]/s,
      ),
      cause: expect.objectContaining({ message: 'Request failed with status code 500' }),
    })
    await expect(readFile(join(pact.dir, 'wrong-wechatpay.json'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('fails with its own error where the request is the right one', async ({ pact }) => {
    const failing = pact.contract
      .upon('links')
      .calls(associateTradeInfo, LINK)
      .answers({ wechatpay_associate_time: time() })
      .test(async (connection) => {
        await link(connection, LINK).catch(() => undefined)
        throw new Error('an assertion of the test')
      })

    await expect(failing).rejects.toThrow(/^an assertion of the test$/)
  })
})

describe('a provider state that there is not is refused at once', () => {
  test('in an interaction and in a message', ({ pact }) => {
    const message =
      'There is no provider state "a user holds a usable cupon". Did you mean "a user holds a usable coupon"?'
    // @ts-expect-error what JavaScript, and a runner that checks no types, would let through
    expect(() => pact.contract.upon('links').given('a user holds a usable cupon')).toThrow(message)
    // @ts-expect-error the same of a message
    expect(() => pact.contract.receives('a COUPON.SEND callback').given('a user holds a usable cupon')).toThrow(message)
  })

  test('and so is a parameter that it does not have', ({ pact }) => {
    // @ts-expect-error a misspelt parameter, which JavaScript would let through
    expect(() => pact.contract.upon('links').given('a user holds a usable coupon', { coupon_cod: '1' })).toThrow(
      'The provider state "a user holds a usable coupon" has no parameter coupon_cod. Did you mean coupon_code?',
    )
  })
})

const pact = wechatPayPact({ consumer: 'a shop', dir: tmpdir() })
const unlinks = pact.upon('takes a link away').calls(disassociateTradeInfo)
const links = pact.upon('links').calls(associateTradeInfo)

base('refuses takes the errors of the operation, and those that any call has', () => {
  type Of<Answer extends { refuses(...parameters: never): unknown }> = Parameters<Answer['refuses']>[0]

  expectTypeOf<'not_linked' | 'system_error' | 'certificate_expired'>().toExtend<Of<typeof unlinks>>()
  expectTypeOf<'linked_to_other_order'>().not.toExtend<Of<typeof unlinks>>()
  expectTypeOf<'linked_to_other_order'>().toExtend<Of<typeof links>>()
  expectTypeOf<string>().not.toExtend<Of<typeof links>>()
})

base('refuses names the errors that there are, where it is given another', () => {
  // @ts-expect-error an error of associate, which JavaScript would let through
  expect(() => unlinks.refuses('linked_to_other_order')).toThrow(
    'disassociateTradeInfo has no error linked_to_other_order. It has: request_no_reused, not_found, not_permitted, not_usable, not_linked. Every call has: header_missing, ',
  )
})
