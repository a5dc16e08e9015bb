import { expect, test, vi } from 'vitest'
import { createControlApp } from '../../../src/control/app.ts'
import { createMock } from '../../helpers/engine.ts'
import { save } from '../../helpers/save-callback.ts'

vi.mock('../../../src/control/app.ts', { spy: true })

test('callbacks bring credentials along without a control API', async () => {
  const received: string[] = []
  const mock = createMock({
    receive: (_, { mchid }) => {
      received.push(mchid)
      return new Response(null, { status: 204 })
    },
  })
  for (let i = 0; i < 5; i += 1) await save(mock, { url: `https://shop.example.com/notify/${i}` })

  await mock.outbox.idle()

  expect(received).toEqual(Array.from({ length: 5 }, () => mock.defaultMerchant.mchid))
  expect(createControlApp).not.toHaveBeenCalled()
})
