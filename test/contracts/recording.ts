import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect } from 'vitest'
import { recordPact, verifyPacts } from '../../contracts/kit/index.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { createMock } from '../helpers/engine.ts'
import { startReceiver } from '../helpers/receiver.ts'

type Options = Partial<Parameters<typeof recordPact>[0]>

/** A shop as the well-known merchant of a mock, without a network, and the file that its calls are recorded into. */
export const test = base
  .extend('options', {} as Parameters<typeof createMock>[0])
  .extend('shop', async ({ options }, { onCleanup }) => {
    const directory = await mkdtemp(join(tmpdir(), 'wechatpay-record-'))
    onCleanup(() => rm(directory, { recursive: true, force: true }))
    const file = join(directory, 'pact.json')
    const mock = createMock(options)
    const { control } = mock
    const credentials = await control.credentials()
    return {
      file,
      mock,
      control,
      client: createMerchantClient({ credentials, send: (request) => mock.handle(request) }),
      record: (more: Options = {}) => recordPact({ control, file, ...more }),
      async expectVerified() {
        const { ok, interactions } = await verifyPacts({ pactFiles: [file] })
        expect(interactions.filter((one) => !one.ok)).toEqual([])
        expect(ok).toBe(true)
      },
    }
  })
  .extend('receiver', async ({ task: _ }, { onCleanup }) => {
    const receiver = await startReceiver(204)
    onCleanup(() => receiver.close())
    return receiver
  })

interface RecordedPact {
  readonly interactions: readonly {
    readonly description: string
    readonly providerStates?: readonly { readonly name: string }[]
    readonly request: { readonly headers: object }
    readonly response: {
      readonly status: number
      readonly headers: object
      readonly matchingRules: { readonly body: object }
    }
  }[]
}

export const pactIn = async (file: string): Promise<RecordedPact> => JSON.parse(await readFile(file, 'utf8'))

/** A link of a coupon, as a shop asks for it. */
export const LINK = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'MCH_1', out_request_no: 'R-1' }
