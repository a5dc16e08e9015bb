import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type RefusedConnection, type RunningServer, startServer } from '../../../src/doors/transports/node-server.ts'
import { StoreUnavailable } from '../../../src/engine/state/store.ts'
import { createMock, type OpenedMock } from '../../helpers/engine.ts'

const REASON = 'The store at redis://cache:6379 cannot be used: connection lost.'

let mock: OpenedMock
let server: RunningServer
const refused: RefusedConnection[] = []
const bugs: unknown[] = []

beforeAll(async () => {
  mock = createMock()
  server = await startServer({
    mock,
    port: 0,
    onRefused: (one) => refused.push(one),
    onBug: (bug) => bugs.push(bug),
  })
})
afterAll(() => server.close())

function loseStore() {
  const lost = new StoreUnavailable({ en: REASON, zh: '存储不可用。' })
  return [vi.spyOn(mock, 'handle').mockRejectedValue(lost), vi.spyOn(mock.store, 'transaction').mockRejectedValue(lost)]
}

test('a call is answered with 503 that no client takes for WeChat Pay’s, and served again later', async () => {
  const url = `${server.url}/v3/marketing/busifavor/stocks/100088?stock_creator_mchid=1900000001`
  const spies = loseStore()
  const answer = await fetch(url)

  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('1')
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(answer.headers.get('wechatpay-signature')).toBeNull()
  const text = await answer.text()
  expect(text).toContain('This is wechatpay-mock, not an answer of WeChat Pay.')
  expect(text).toContain(REASON)
  expect(refused).toEqual([{ reason: 'store', host: '', detail: REASON, cause: expect.any(StoreUnavailable) }])
  expect(bugs).toEqual([])

  for (const spy of spies) spy.mockRestore()
  expect((await fetch(url)).status).toBe(401)
})

test('the control API says so with a code', async () => {
  const spies = loseStore()
  const answer = await fetch(`${server.url}/_mock/world`)

  expect(answer.status).toBe(503)
  expect(await answer.json()).toEqual({ code: 'MOCK_STORE_UNAVAILABLE', message: REASON, path: '' })
  await expect(server.control.world()).rejects.toMatchObject({ code: 'MOCK_STORE_UNAVAILABLE' })
  expect(bugs).toEqual([])
  for (const spy of spies) spy.mockRestore()
})
