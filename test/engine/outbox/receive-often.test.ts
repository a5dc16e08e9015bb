import { expect, test, vi } from 'vitest'
import { createControlApp } from '../../../src/control/app.ts'
import { createMock } from '../../helpers/engine.ts'
import { save } from '../../helpers/save-callback.ts'

vi.mock('../../../src/control/app.ts', { spy: true })

test('the credentials that go along with callbacks come from one control API, however many there are', async () => {
  let received = 0
  const mock = createMock({
    receive: () => {
      received += 1
      return new Response(null, { status: 204 })
    },
  })
  for (let i = 0; i < 5; i += 1) await save(mock, { url: `https://shop.example.com/notify/${i}` })

  await mock.outbox.idle()

  expect(received).toBe(5)
  expect(createControlApp).toHaveBeenCalledTimes(1)
})
