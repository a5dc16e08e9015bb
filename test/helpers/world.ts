import { setupServer } from 'msw/node'
import { test as base, inject } from 'vitest'
import { handlers } from '../../mocks/index.ts'
import { createMerchant } from '../../src/control/identity/create-merchant.ts'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { createCertificateAuthority, startServer } from '../../src/doors/transports/node-server.ts'
import { isLoopback, plainHost } from '../../src/engine/callbacks/callback.ts'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import { createIds } from '../../src/engine/ids.ts'
import type { Merchant } from '../../src/engine/keys/merchants.ts'
import type { MockOptions } from '../../src/mock.ts'
import type { CouponJson } from '../../src/products/merchant-coupon/coupons.ts'
import type { StockJson } from '../../src/products/merchant-coupon/stocks.ts'
import type { OrderJson } from '../../src/products/payment/orders.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { createMock } from './engine.ts'
import { sendOverNode } from './send-over-node.ts'

/** Doors to the mock. A suite about behaviour that a door could break runs over each of them: `describe.for(everyTransport)`. */
export const everyTransport = ['direct', 'msw', 'http', 'proxy'] as const
export type Transport = (typeof everyTransport)[number]

/** Doors that this run uses for a suite that behaves the same behind each: `describe.for(transports)`. */
export const transports = inject('doors')

/** Time in these tests until a test moves the clock: `2026-11-25T12:00:00+08:00`. */
export const NOON = Date.parse('2026-11-25T12:00:00+08:00')

export const STOCK_ID = '100088'

export const test = base
  .extend('transport', 'direct' as Transport)
  .extend('options', {} as MockOptions)
  /** Merchants with keys of their own, made once per process, since keys take time to make; {@link clientOf} registers them. */
  .extend('others', { scope: 'worker' }, async () => {
    const { platform } = wellKnownIdentity()
    const ids = createIds('others')
    const [partner, owner, sender] = await Promise.all(
      ['1900000101', '1900000102', '1900000103'].map((mchid) => createMerchant({ mchid }, platform, ids)),
    )
    return { partner, owner, sender } as Record<'partner' | 'owner' | 'sender', Merchant>
  })
  /** Empty except for the well-known merchant; its clock is frozen at noon, and its ids are the same in every run. */
  .extend('mock', ({ options }, { onCleanup }) => {
    const mock = createMock({ seed: 'empty', randomSeed: 'test', clock: { now: () => NOON }, ...options })
    onCleanup(() => mock.outbox.stop())
    return mock
  })
  .extend('control', ({ mock }) => mock.control)
  .extend('send', async ({ transport, mock }, { onCleanup }) => {
    const { send, close } = await open(transport, mock)
    onCleanup(close)
    return send
  })
  /** Registers another merchant with the mock, and returns its client. */
  .extend('clientOf', ({ mock, control, send }) => async (merchant: Merchant) => {
    if (!mock.merchants.find(merchant.mchid)) mock.merchants.add(merchant)
    const credentials = await control.credentials(merchant.mchid)
    return createMerchantClient({ credentials, send, now: () => mock.clock.now() })
  })
  /** The well-known merchant's client; it checks the platform's signature on every answer. */
  .extend('merchant', ({ mock, clientOf }) => clientOf(mock.defaultMerchant))
  /** Adds things to the world, with defaults for omitted members. */
  .extend('seed', ({ control }) => ({
    stock: (stock: StockJson = {}) => control.addStock({ stock_id: STOCK_ID, ...stock }),
    coupon: (coupon: CouponJson = {}) => control.addCoupon({ stock_id: STOCK_ID, ...coupon }),
    order: (order: OrderJson = {}) => control.addOrder(order),
  }))

/** Shared by all servers of a process, since keys take time to make. */
const certificateAuthority = createCertificateAuthority()

interface Door {
  send(request: WireRequest): Promise<WireResponse>
  close(): void | Promise<void>
}

function toThisMachine(data: unknown): boolean {
  const request = (data as { request?: Request }).request
  return request !== undefined && isLoopback(plainHost(new URL(request.url).hostname))
}

async function open(transport: Transport, mock: ReturnType<typeof createMock>): Promise<Door> {
  switch (transport) {
    case 'direct':
      return { send: (request) => mock.handle(request), close: () => {} }
    case 'msw': {
      const server = setupServer(...handlers(mock))
      server.listen({
        onUnhandledFrame: ({ frame, defaults }) => {
          // The mock itself sends callbacks to receivers on this machine.
          if (!toThisMachine(frame.data)) defaults.error()
        },
      })
      const sender = sendOverNode('https://api.mch.weixin.qq.com')
      return {
        send: sender.send,
        close: () => {
          sender.close()
          server.close()
        },
      }
    }
    case 'http': {
      const server = await startServer({ mock, port: 0 })
      const sender = sendOverNode(server.url)
      return {
        send: sender.send,
        close: async () => {
          sender.close()
          await server.close(0)
        },
      }
    }
    case 'proxy': {
      const server = await startServer({ mock, port: 0, certificateAuthority })
      const sender = sendOverNode('https://api.mch.weixin.qq.com', {
        proxyUrl: server.url,
        ca: await certificateAuthority.certificate(),
      })
      return {
        send: sender.send,
        close: async () => {
          sender.close()
          await server.close(0)
        },
      }
    }
  }
}
