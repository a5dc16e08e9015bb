import { describe, expect } from 'vitest'
import { test } from '../../helpers/callbacks.ts'
import { createMock } from '../../helpers/engine.ts'
import { save } from '../../helpers/save-callback.ts'
import { NOON } from '../../helpers/world.ts'

describe('what is not sent', () => {
  test.for([
    'http://192.0.2.1/notify',
    'https://shop.example.com/notify',
    'http://0.0.0.0:1/notify',
    'http://[::ffff:127.0.0.1]:1/notify',
    'http://localhost.example.com/notify',
    'http://127.0.0.1@shop.example.com/notify',
    'ftp://127.0.0.1/notify',
    'nonsense',
  ])('%s, which nobody allowed, with the reason', async (url, { mock, control }) => {
    await save(mock, { url })
    await mock.advance(86_400_000)

    const [shown, ...others] = await control.notifications()
    expect(others).toEqual([])
    expect(shown).toMatchObject({ state: 'failed', attempts: [{ error: expect.stringMatching(/^Not sent: /) }] })
    const [exchange, ...more] = await control.journal()
    expect(more).toEqual([])
    expect(exchange).toMatchObject({
      callback: { id: shown?.id, event_type: 'COUPON.SEND', attempt: 1 },
      request: { target: url, headers: {}, body: '' },
      remarks: [{ about: 'callback', text: shown?.attempts[0]?.error }],
    })
    expect(exchange).not.toHaveProperty('response')
  })

  test('to a merchant that the mock does not know', async ({ control, sent }) => {
    const { received } = await sent(undefined, { mchid: '1900000404' })

    expect(received).toEqual([])
    expect(await control.notifications()).toMatchObject([
      { state: 'failed', attempts: [{ error: expect.stringContaining('1900000404') }] },
    ])
  })

  test.for([
    {
      options: {},
      allowed: ['https://shop.example.com/a', 'http://192.0.2.1:8080/b', 'http://127.0.0.1:1/c'],
      refused: 'ftp://shop.example.com/d',
    },
    {
      options: { allowCallbackHosts: ['Shop.Example.com', '[2001:db8::1]'] },
      allowed: ['https://shop.example.com/a', 'http://shop.example.com:8080/b', 'https://[2001:db8::1]/c'],
      refused: 'https://www.shop.example.com/d',
    },
  ])(
    'with a function that receives, $options: only what is not http, or goes to others than those named',
    async (row) => {
      const calls: string[] = []
      const mock = createMock({
        ...{ seed: 'empty', clockStart: { now: NOON, frozen: true }, ...row.options },
        // Not async, as a handler may be.
        receive: ({ url }) => {
          calls.push(url)
          return new Response(null, { status: 204 })
        },
      })
      for (const url of [...row.allowed, row.refused]) await save(mock, { url })
      await mock.outbox.idle()

      expect(calls).toEqual(row.allowed)
      expect(await mock.control.notifications({ state: 'failed' })).toMatchObject([{ url: row.refused }])
    },
  )
})
