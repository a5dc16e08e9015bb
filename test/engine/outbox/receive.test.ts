import { expect, test } from 'vitest'
import type { CredentialsJson } from '../../../src/control/answer-format.ts'
import { createMock } from '../../helpers/engine.ts'
import { save } from '../../helpers/save-callback.ts'

test('what receives callbacks is handed the credentials to verify and open them with', async () => {
  const handed: [url: string, CredentialsJson][] = []
  const mock = createMock({
    receive: (callback, credentials) => {
      handed.push([callback.url, credentials])
      return new Response(null, { status: 204 })
    },
  })

  await save(mock, { url: 'https://shop.example.com/notify' })
  await mock.control.deliverNotifications()

  expect(handed).toEqual([['https://shop.example.com/notify', await mock.control.credentials()]])
})
