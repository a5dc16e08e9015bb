import { describe, expect } from 'vitest'
import { test } from '../../helpers/callbacks.ts'
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

  describe('with a function that receives, and no hosts named', () => {
    const calls: string[] = []
    test.override('options', {
      clockStart: { now: NOON, frozen: true },
      // Not async, as a handler may be.
      receive: (request: Request) => {
        calls.push(request.url)
        return new Response(null, { status: 204 })
      },
    })

    test('is only what goes over no http', async ({ mock, control }) => {
      calls.length = 0
      const anywhere = ['https://shop.example.com/a', 'http://192.0.2.1:8080/b', 'http://127.0.0.1:1/c']
      for (const url of [...anywhere, 'ftp://shop.example.com/d']) await save(mock, { url })
      await mock.outbox.idle()

      expect(calls).toEqual(anywhere)
      expect(await control.notifications({ state: 'failed' })).toMatchObject([{ url: 'ftp://shop.example.com/d' }])
    })
  })

  describe('with hosts that were named', () => {
    const calls: string[] = []
    test.override('options', {
      clockStart: { now: NOON, frozen: true },
      allowCallbackHosts: ['Shop.Example.com', '[2001:db8::1]'],
      receive: async (request: Request) => {
        calls.push(request.url)
        return new Response(null, { status: 204 })
      },
    })

    test('is only what goes to others', async ({ mock, control }) => {
      calls.length = 0
      const allowed = ['https://shop.example.com/a', 'http://shop.example.com:8080/b', 'https://[2001:db8::1]/c']
      for (const url of [...allowed, 'https://www.shop.example.com/d']) await save(mock, { url })
      await mock.outbox.idle()

      expect(calls).toEqual(allowed)
      expect(await control.notifications({ state: 'failed' })).toHaveLength(1)
    })
  })
})
