import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base } from 'vitest'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { createMock } from '../helpers/engine.ts'

export const test = base
  .extend('file', async ({ task: _ }, { onCleanup }) => {
    const directory = await mkdtemp(join(tmpdir(), 'wechatpay-record-'))
    onCleanup(() => rm(directory, { recursive: true, force: true }))
    return join(directory, 'pact.json')
  })
  /** A mock and a client of its well-known merchant, without a network. */
  .extend('shop', async ({ task: _ }) => {
    const mock = createMock()
    const client = createMerchantClient({
      credentials: await mock.control.credentials(),
      send: (request) => mock.handle(request),
    })
    return { mock, client, control: mock.control }
  })

interface RecordedPact {
  readonly interactions: readonly {
    readonly response: { readonly matchingRules: { readonly body: object } }
  }[]
}

export const pactIn = async (file: string): Promise<RecordedPact> => JSON.parse(await readFile(file, 'utf8'))

/** A link of a coupon, as a shop asks for it. */
export const LINK = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'MCH_1', out_request_no: 'R-1' }
