import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { describe, expect } from 'vitest'
import { startServer } from '../../../src/transports/node-server.ts'
import { test } from '../../helpers/callbacks.ts'
import { save } from '../../helpers/save-callback.ts'

/** How long what comes by itself may take on a busy machine. */
const SOON = { timeout: 10_000 }

describe.concurrent('a receiver that takes its time', () => {
  test.for<[string, (socket: Socket) => void, object]>([
    ['never replies', () => {}, { state: 'pending', attempts: [{ error: 'No reply within 5 seconds.' }] }],
    [
      'sends its header a byte at a time',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nX-Slow: ')
        const timer = setInterval(() => socket.write('x'), 100)
        socket.on('close', () => clearInterval(timer))
      },
      { state: 'pending', attempts: [{ error: 'No reply within 5 seconds.' }] },
    ],
    [
      'never ends its body, and is judged by its status',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nso far'),
      { state: 'delivered', attempts: [{ status: 200 }] },
    ],
  ])('%s', { timeout: 10_000 }, async ([, answer, expected], { mock, control, receiver }) => {
    const { url } = await receiver.raw(answer)
    await save(mock, { url })
    const started = performance.now()
    await mock.outbox.idle()

    expect(performance.now() - started).toBeGreaterThan(4_900)
    expect(performance.now() - started).toBeLessThan(6_900)
    expect(await control.notifications()).toMatchObject([expected])
  })
})

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
