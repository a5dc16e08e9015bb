import type { WireRequest } from '../engine/http-message.ts'
import type { Mock } from '../engine/mock.ts'
import type { SampleCall } from '../engine/product.ts'

/** The unsigned request of a call. */
export function requestOf({ method, path, body }: SampleCall): WireRequest {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  return { method, target: path, headers, body: Buffer.from(body ?? '') }
}

/** A call for people to try first: that of the first product that currently has one. */
export function sampleCall(mock: Mock): Promise<SampleCall> {
  const surroundings = { mchid: mock.defaultMerchant.mchid, now: mock.clock.now(), settings: mock.settings }
  return mock.store.transaction(async (tx): Promise<SampleCall> => {
    for (const product of mock.products) {
      const sample = await product.sampleCall?.(tx, surroundings)
      if (sample) return sample
    }
    return { method: 'GET', path: mock.operations.find(({ method }) => method === 'GET')?.path ?? '/' }
  })
}
