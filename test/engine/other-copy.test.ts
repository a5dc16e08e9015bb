import { expect, test } from 'vitest'
import { createMock, engineOf, type WechatPayMock } from '../../src/mock.ts'

test('a mock of another copy of the package is refused with the reason', () => {
  const foreign = Object.defineProperty({}, Symbol.for('wechatpay-mock'), { value: true }) as WechatPayMock

  expect(() => engineOf(foreign)).toThrow(
    expect.objectContaining({ code: 'MOCK_OTHER_COPY', message: expect.stringContaining('Load all of its entries') }),
  )
})

test('what is no mock is told from that', () => {
  for (const value of [undefined, null, {}, 'mock']) {
    expect(() => engineOf(value as unknown as WechatPayMock)).toThrow(
      expect.objectContaining({ code: 'MOCK_NOT_A_MOCK' }),
    )
  }
})

test('the mark is not seen by who looks at a mock', () => {
  expect(Reflect.ownKeys(createMock()).filter((key) => typeof key === 'symbol')).toEqual([Symbol.for('wechatpay-mock')])
  expect(Object.keys(createMock())).not.toContain('wechatpay-mock')
})
