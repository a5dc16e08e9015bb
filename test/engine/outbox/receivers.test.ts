import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { describe, expect, vi } from 'vitest'
import { startServer } from '../../../src/doors/transports/node-server.ts'
import { test } from '../../helpers/callbacks.ts'
import { save } from '../../helpers/save-callback.ts'

/** How long what comes by itself may take on a busy machine. */
const SOON = { timeout: 10_000 }

describe('a receiver that takes its time', () => {
  test.for<[string, (socket: Socket) => Promise<unknown>, object]>([
    ['never replies', async () => {}, { state: 'pending', attempts: [{ error: 'No reply within 5 seconds.' }] }],
    [
      'sends its header a byte at a time',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nX-Slow: ')
        return new Promise<void>((resolve) => {
          let bytes = 0
          const timer = setInterval(() => {
            socket.write('x')
            if (++bytes === 5) resolve()
          }, 20)
          socket.on('close', () => clearInterval(timer))
        })
      },
      { state: 'pending', attempts: [{ error: 'No reply within 5 seconds.' }] },
    ],
    [
      'never ends its body, and is judged by its status',
      async (socket) => {
        const seen = headOfReply(socket.localPort)
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nso far')
        await seen
      },
      { state: 'delivered', attempts: [{ status: 200 }] },
    ],
  ])('%s', async ([, answer, expected], { mock, control, receiver, onTestFinished }) => {
    const called = Promise.withResolvers<Socket>()
    const { url } = await receiver.raw(called.resolve)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    await save(mock, { url })
    await answer(await called.promise)
    const ended = vi.fn()
    const idle = mock.outbox.idle().then(ended)

    await vi.advanceTimersByTimeAsync(4_999)
    expect(ended).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    await idle
    expect(await control.notifications()).toMatchObject([expected])
  })
})

test('a receiver has three seconds where the page of the event says so', async ({
  control,
  receiver,
  onTestFinished,
}) => {
  const called = Promise.withResolvers<Socket>()
  const { url } = await receiver.raw(called.resolve)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const ended = vi.fn()
  const sent = control.sendNotification({ event_type: 'MCHWITHDRAW.CHANGE', url }).then(ended)
  await called.promise

  await vi.advanceTimersByTimeAsync(2_999)
  expect(ended).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  await sent
  expect(await control.notifications()).toMatchObject([{ attempts: [{ error: 'No reply within 3 seconds.' }] }])
})

/** Resolves once this process, as a client, has read status and header of a reply from a port. */
function headOfReply(port: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const look = (message: unknown) => {
      const { request } = message as { request: ClientRequest }
      if (request.socket?.remotePort !== port) return
      unsubscribe('http.client.response.finish', look)
      resolve()
    }
    subscribe('http.client.response.finish', look)
  })
}

describe('a receiver', () => {
  test('whose body never ends is judged by its status', async ({ mock, control, receiver }) => {
    const { url } = await receiver.raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
      const pour = () => {
        while (!socket.destroyed && socket.write(`10000\r\n${'x'.repeat(65_536)}\r\n`));
      }
      socket.on('drain', pour)
      pour()
    })
    await save(mock, { url })
    await mock.outbox.idle()

    expect(await control.notifications()).toMatchObject([{ state: 'delivered' }])
    expect((await control.journal())[0]?.response?.body).toHaveLength(4_096)
  })

  test.for<[string, string | undefined, (socket: Socket) => void]>([
    ['hangs up', 'closed the connection', (socket) => socket.destroy()],
    ['resets the connection', 'closed the connection', (socket) => socket.resetAndDestroy()],
    ['speaks nonsense', 'HPE_INVALID', (socket) => socket.end('nonsense\r\n\r\n')],
    [
      'sends huge headers',
      'too large',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\n${`X-Filler: ${'x'.repeat(1_000)}\r\n`.repeat(1_000)}`),
    ],
    ['switches protocols', undefined, (socket) => socket.write('HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n')],
  ])('that %s does no harm', async ([, reason, answer], { mock, control, receiver }) => {
    const { url } = await receiver.raw(answer)
    await save(mock, { url })
    await mock.outbox.idle()

    const [shown] = await control.notifications()
    expect(shown).toMatchObject({ state: 'pending', attempts: [{ time: '2026-11-25T12:00:00+08:00' }] })
    if (reason !== undefined) expect(shown?.attempts[0]?.error).toContain(reason)
  })

  test('that hangs is let go when the server is closed', async ({ mock, receiver, control }) => {
    const server = await startServer({ mock, port: 0 })
    let arrived = false
    const { url, received } = await receiver.start(() => {
      arrived = true
    })
    await save(mock, { url })
    await save(mock, { url })
    await expect.poll(() => arrived, SOON).toBe(true)
    await server.close(0)

    expect(await control.notifications()).toMatchObject([
      { attempts: [{ error: 'The mock was stopped.' }] },
      { attempts: [], state: 'pending' },
    ])
    await mock.outbox.idle()
    expect(received).toHaveLength(1)
  })

  describe('over https', () => {
    test.override('options', ({ machine }) => ({
      clock: machine,
      clockStart: { frozen: true },
      allowCallbackHosts: ['0.0.0.0'],
    }))

    test.for([
      ['127.0.0.1', { state: 'delivered', attempts: [{ status: 200 }] }],
      ['0.0.0.0', { state: 'pending', attempts: [{ error: expect.stringContaining('UNABLE_TO_VERIFY') }] }],
    ] as const)(
      'at %s needs a certificate that somebody signed, except on this machine',
      async ([host, expected], { mock, control, onTestFinished }) => {
        const [{ certificate, privateKey }] = mock.platform.certificates
        const server = createServer(
          { cert: certificate, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) },
          (_, response) => response.end(),
        )
        await new Promise<void>((resolve) => server.listen(0, resolve))
        onTestFinished(() => {
          server.close()
          server.closeAllConnections()
        })
        await save(mock, { url: `https://${host}:${(server.address() as AddressInfo).port}/` })
        await mock.outbox.idle()

        expect(await control.notifications()).toMatchObject([expected])
      },
    )
  })
})
