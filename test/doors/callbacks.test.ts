import { describe, expect } from 'vitest'
import { downloadCertificates } from '../../src/products/operations.ts'
import { test } from '../helpers/callbacks.ts'
import { save } from '../helpers/save-callback.ts'
import { everyTransport } from '../helpers/world.ts'

describe.for(everyTransport)('callbacks of a mock behind the door %s', (transport) => {
  test.override('transport', transport)

  test('are sent over the network', async ({ mock, merchant, control, receiver }) => {
    const { url, received } = await receiver.start()
    await merchant.call(downloadCertificates)
    await save(mock, { url })
    await mock.outbox.idle()

    expect(received).toHaveLength(1)
    expect(received[0]?.headers.slice(0, 2)).toEqual([
      ['Accept', '*/*'],
      ['Cache-Control', 'no-cache'],
    ])
    expect(await control.notifications({ state: 'delivered' })).toHaveLength(1)
  })
})
