import { describe, expect, test as plain } from 'vitest'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { createMock } from '../../src/mock.ts'
import { connectControl } from '../../src/mock-control.ts'
import { doors, json, refusalOf, test } from './doors.ts'

const ENGLISH =
  'There is no order NONE of merchant 1900000001: place it with a call, or add it with POST /_mock/orders.'
const CHINESE = '商户 1900000001 没有订单 NONE，请先调用接口下单，或用 POST /_mock/orders 添加。'
const NONE = '/_mock/orders/NONE?mchid=1900000001'

describe.for(doors)('the language of a refusal, %s', (door) => {
  test.override('door', door)

  test.for([
    ['zh-CN,zh;q=0.9,en;q=0.8', CHINESE],
    ['en', ENGLISH],
    ['en;q=0.3, zh;q=0.8', CHINESE],
    ['fr', ENGLISH],
    ['*', ENGLISH],
    ['%00 nonsense;;;q=', ENGLISH],
    ['zh-'.repeat(2_000), ENGLISH],
  ] as const)('is that of Accept-Language %s', async ([accepted, expected], { request }) => {
    const response = await request(NONE, { headers: { 'Accept-Language': accepted } })

    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ code: 'MOCK_ORDER_UNKNOWN', message: expected, path: '/path/out_trade_no' })
    expect(response.headers.get('content-language')).toBe(expected === CHINESE ? 'zh' : 'en')
    expect(response.headers.get('vary')).toBe('Accept-Language')
  })

  test('is English for who asks for none', async ({ request, control }) => {
    expect(await (await request(NONE)).json()).toMatchObject({ message: ENGLISH })
    expect((await refusalOf(control.order('NONE', { mchid: '1900000001' }))).message).toBe(ENGLISH)
  })

  describe('of a mock that speaks Chinese', () => {
    test.override('options', { language: 'zh' })

    test('is Chinese for who asks for none, and English for who asks for it', async ({ request, control }) => {
      const refusal = await refusalOf(control.order('NONE', { mchid: '1900000001' }))

      expect(await (await request(NONE)).json()).toMatchObject({ message: CHINESE })
      expect(refusal).toMatchObject({ message: CHINESE, texts: { en: CHINESE, zh: CHINESE } })
      const english = await request(NONE, { headers: { 'Accept-Language': 'en' } })
      expect(await english.json()).toMatchObject({ message: ENGLISH })
    })

    test('is Chinese for a part of the dashboard that there is not, which no cache keeps for others', async ({
      request,
    }) => {
      const response = await request('/_mock/assets/none.js')

      expect(await response.text()).toBe('仪表盘没有 /_mock/assets/none.js。\n')
      expect(response.headers.get('content-language')).toBe('zh')
      expect(response.headers.get('vary')).toBe('Accept-Language')
    })

    test('is Chinese wherever something is refused', async ({ request }) => {
      const refused = [
        ['/_mock/clocks', {}, /^没有 \/_mock\/clocks，是否想写 GET \/_mock\/clock？$/],
        ['/_mock/clock', { method: 'DELETE' }, /^\/_mock\/clock 只接受 GET、HEAD、PUT，不接受 DELETE。$/],
        ['/_mock/clock', json({ now: 'noon' }, 'PUT'), /^\/now：应为带时区的时间，如 [\d:+T-]+。$/],
        ['/_mock/clock', json({ hands: 2 }, 'PUT'), /^\/hands：没有这个字段，请去掉。$/],
        ['/_mock/clock', json({}, 'PUT'), /^给出的值：请给出 now、frozen 或两者。$/],
        ['/_mock/clock', json({ frozen: 'yes' }, 'PUT'), /^\/frozen：类型不对，应为布尔值（true 或 false）。$/],
        ['/_mock/clock', { method: 'PUT', body: '{}' }, /^控制 API 只接受 JSON：/],
        ['/_mock/clock', { ...json({}, 'PUT'), body: '{"now"' }, /^请求体不是 UTF-8 编码的 JSON：第 7 个字符处有误。$/],
        ['/_mock/clock/advance', json({}), /^\/duration：/],
        ['/_mock/clock/advance', json({ duration: 'P1M' }), /^月和年的长短不固定：/],
        ['/_mock/journal?status=1', {}, /^\/query\/status：应不小于 100。$/],
        ['/_mock/journal/page?cursor=1&limit=501', {}, /^\/query\/limit：应不大于 500。$/],
        ['/_mock/faults', json({ operation: 'associateTradeInfo' }), /^请写明要发生什么：/],
        ['/_mock/faults', json({ error: 'none_such' }), /^模拟服务没有错误 none_such，可用的有：/],
        ['/_mock/settings', json({ auth: 'lax' }, 'PATCH'), /^\/auth：只能是以下之一："strict"、"lenient"。$/],
        ['/_mock/orders', json([{ total: 1 }, { mchid: '1' }]), /^\/1\/mchid：商户号应为 8 到 15 位数字。$/],
        ['/_mock/merchants', json({ name: '' }), /^\/name：至少 1 个字符。$/],
      ] as const
      for (const [path, init, expected] of refused) {
        const response = await request(path, init)
        const { message } = (await response.json()) as { message: string }
        expect(message, path).toMatch(expected)
        expect(response.headers.get('content-language'), path).toBe('zh')
      }
    })
  })
})

plain('a client says which language it wants, whatever the mock speaks', async ({ onTestFinished }) => {
  const mock = createMock({ language: 'zh' })
  const server = await startServer({ mock, port: 0 })
  onTestFinished(() => server.close(0))

  expect((await refusalOf(connectControl(server.url).order('NONE'))).message).toContain('没有订单 NONE')
  expect((await refusalOf(server.control.order('NONE'))).message).toContain('没有订单 NONE')
  const english = connectControl(server.url, { language: 'en' })
  expect((await refusalOf(english.order('NONE'))).message).toContain('There is no order NONE')
})

plain('what a client finds out itself has both languages', async () => {
  const refusal = await refusalOf(connectControl('http://127.0.0.1:1', { language: 'zh' }).health())

  expect(refusal).toMatchObject({ code: 'MOCK_UNREACHABLE', message: refusal.texts.en })
  expect(refusal.texts).toEqual({
    en: 'No mock answers at http://127.0.0.1:1: is it started there?',
    zh: 'http://127.0.0.1:1 没有模拟服务应答，请确认它已在该地址启动。',
  })
})

plain('a language that there is not is refused', () => {
  expect(() => createMock({ language: 'de' as 'en' })).toThrow('The option language cannot be "de": use "zh" or "en".')
})
