import { describe, expect } from 'vitest'
import { BODY_LIMIT } from '../../src/control/call.ts'
import { doors, test } from './doors.ts'

describe.for(doors)('a body, %s', (door) => {
  test.override('door', door)

  test('is taken up to its limit, which is wider for a world', async ({ request }) => {
    const padded = (body: string, size: number) => body + ' '.repeat(size - body.length)
    const send = (path: string, method: string, body: string) =>
      request(path, { method, headers: { 'Content-Type': 'application/json' }, body })

    expect((await send('/_mock/orders', 'POST', padded('{}', BODY_LIMIT))).status).toBe(201)
    const refused = await send('/_mock/orders', 'POST', padded('{}', BODY_LIMIT + 1))
    expect(refused.status).toBe(413)
    expect(await refused.json()).toMatchObject({ code: 'MOCK_BODY_TOO_LARGE' })
    expect((await send('/_mock/world', 'PUT', padded('{}', BODY_LIMIT + 1))).status).toBe(204)
  })

  test('may come in pieces of no known length, and is counted all the same', async ({ request }) => {
    const send = (pieces: readonly string[]) =>
      request('/_mock/orders', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: ReadableStream.from(pieces.map((piece) => Buffer.from(piece))),
        duplex: 'half',
      })
    const space = ' '.repeat(BODY_LIMIT / 4)

    const made = await send(['{"description":', '"', '茶', '"}'])
    expect([made.status, await made.json()]).toMatchObject([201, { description: '茶' }])
    expect((await send(['{}', space, space, space, space])).status).toBe(413)
  })
})
