import { describe, expect, test } from 'vitest'
import { handlers } from '../../mocks/index.ts'
import type { MockOptions } from '../../src/mock.ts'
import { connectControl } from '../../src/mock-control.ts'
import { checkFixtureOptions } from '../../src/testing/intercept.ts'
import { startServer } from '../../src/transports/node-server.ts'
import { createMock, openMock } from '../helpers/engine.ts'

/** Error that `createMock` throws for options that TypeScript would reject. */
function refusalOf(options: object) {
  try {
    createMock(options)
  } catch (error) {
    return error
  }
  return undefined
}

describe('an option of createMock', () => {
  test.for([
    [{ ordres: 'any' }, '/ordres', 'There is no option ordres: did you mean orders?'],
    [{ keymode: 'both' }, '/keymode', 'There is no option keymode: did you mean keyMode?'],
    [
      { stock_ready_after: 5 },
      '/stock_ready_after',
      'There is no option stock_ready_after: did you mean stockReadyAfter?',
    ],
    [{ jurnalLimit: 5 }, '/jurnalLimit', 'There is no option jurnalLimit: did you mean journalLimit?'],
    [{ port: 8089 }, '/port', /^There is no option port: there are orders, auth, .*, receive\.$/],
    [{ toString: 1 }, '/toString', /^There is no option toString: there are /],
    [{ auth: 'strikt' }, '/auth', 'The option auth cannot be "strikt": did you mean "strict"?'],
    [{ auth: null }, '/auth', 'The option auth cannot be null: use "strict" or "lenient".'],
    [{ auth: {} }, '/auth', 'The option auth cannot be {}: use "strict" or "lenient".'],
    [{ diagnosis: true }, '/diagnosis', 'The option diagnosis cannot be true: use "on" or "off".'],
    [{ stockReadyAfter: 86_401 }, '/stockReadyAfter', 'The option stockReadyAfter cannot be 86401: use at most 86400.'],
    [{ stockReadyAfter: -1 }, '/stockReadyAfter', 'The option stockReadyAfter cannot be -1: use at least 0.'],
    [{ stockReadyAfter: '5' }, '/stockReadyAfter', 'The option stockReadyAfter cannot be "5": use a number.'],
    [
      { callbackPublicKeyShare: 101 },
      '/callbackPublicKeyShare',
      'The option callbackPublicKeyShare cannot be 101: use at most 100.',
    ],
    [
      { callbackPublicKeyShare: 'as-called' },
      '/callbackPublicKeyShare',
      'The option callbackPublicKeyShare cannot be "as-called": did you mean "as_called"?',
    ],
    [{ journalLimit: 1.5 }, '/journalLimit', 'The option journalLimit cannot be 1.5: use a whole number.'],
    [
      { auth: { mock: createMock() } },
      '/auth',
      /^The option auth cannot be (?:this object|\{"mock".{50,60}…): use "strict"/,
    ],
    [{ journalLimit: -1 }, '/journalLimit', 'The option journalLimit cannot be -1: use at least 0.'],
    [{ randomSeed: 42 }, '/randomSeed', 'The option randomSeed cannot be 42: use a string.'],
    [{ seed: ['default'] }, '/seed', /^The option seed cannot be \["default"\]: use a scenario's name or a world\.$/],
    [
      { clock: Date.now },
      '/clock',
      /^The option clock cannot be the function now: use an object with a function now\.$/,
    ],
    [{ clockStart: 0 }, '/clockStart', 'The option clockStart cannot be 0: use an object.'],
    [{ clockStart: { frozn: true } }, '/clockStart/frozn', /^There is no .* clockStart\.frozn: did you mean frozen\?$/],
    [
      { clockStart: { now: '2026-01-01' } },
      '/clockStart/now',
      'The option clockStart.now cannot be "2026-01-01": use a number.',
    ],
    [
      { allowCallbackHosts: 'shop.example.com' },
      '/allowCallbackHosts',
      'The option allowCallbackHosts cannot be "shop.example.com": use a list.',
    ],
    [{ allowCallbackHosts: ['a', 1] }, '/allowCallbackHosts/1', /^The option allowCallbackHosts\.1 cannot be 1: /],
    [{ receive: 'http://127.0.0.1:3000' }, '/receive', /: use a function\.$/],
    [{ fetch: () => {} }, '/fetch', /^There is no option fetch: /],
  ] as const)('%o is refused, with the nearest right one', ([options, path, message]) => {
    const text = message instanceof RegExp ? expect.stringMatching(message) : message
    expect(refusalOf(options)).toMatchObject({ name: 'UsageError', code: 'MOCK_OPTION', path, message: text })
  })

  test.for([
    [{ ordres: 'any' }, '没有选项 ordres，是否想写 orders？'],
    [{ clock: Date.now }, '选项 clock 不能是函数 now：应为带有 now 函数的对象。'],
    [{ clockStart: { now: '2026-01-01' } }, '选项 clockStart.now 不能是 "2026-01-01"：应为数字。'],
    [{ journalLimit: -1 }, '选项 journalLimit 不能是 -1：请不要小于 0。'],
    [{ seed: 5 }, '选项 seed 不能是 5：应为场景名或数据。'],
  ] as const)('%o is refused in Chinese too', ([options, zh]) => {
    expect(refusalOf(options)).toMatchObject({ texts: { zh } })
  })

  test('has the type of its setting', () => {
    const options: MockOptions = { orders: 'known', stockReadyAfter: 5, callbackPublicKeyShare: 'as_called' }
    // @ts-expect-error unknown word
    const wrong: MockOptions = { orders: 'all' }
    // @ts-expect-error unknown option
    const unknown: MockOptions = { ordres: 'any' }

    expect(refusalOf(options)).toBeUndefined()
    expect(refusalOf(wrong)).toBeDefined()
    expect(refusalOf(unknown)).toBeDefined()
  })

  test('is left out where it is undefined', () => {
    const mock = createMock({ ...({ orders: undefined, whatever: undefined } as object), rateLimit: 'on' })

    expect(mock.settings).toMatchObject({ orders: 'any', rateLimit: 'on' })
  })
})

test.for<[options: object, message: string]>([
  [{ prot: 0 }, 'There is no option prot: did you mean port?'],
  [{ orders: 'any' }, 'There is no option orders: there are mock, host, port'],
  [{ port: '8089' }, 'The option port cannot be "8089": use a number.'],
  [{ port: 65_536 }, 'The option port cannot be 65536: use at most 65535.'],
  [{ port: 1.5 }, 'The option port cannot be 1.5: use a whole number.'],
  [{ host: 127 }, 'The option host cannot be 127: use a string.'],
  [{ allowedHosts: 'mock' }, 'The option allowedHosts cannot be "mock": use a list.'],
  [{ controlToken: 42 }, 'The option controlToken cannot be 42: use a string.'],
  [{ proxyPassthrough: 'yes' }, 'The option proxyPassthrough cannot be "yes": use true or false.'],
  [{ connectionLimit: 0 }, 'The option connectionLimit cannot be 0: use at least 1.'],
  [{ onBug: 'log' }, 'The option onBug cannot be "log": use a function.'],
  [{ certificateAuthority: './ca' }, 'The option certificateAuthority cannot be "./ca": use an object.'],
])('startServer refuses %o', async ([options, message]) => {
  await expect(startServer({ port: 0, ...options } as object)).rejects.toMatchObject({
    code: 'MOCK_OPTION',
    message: expect.stringContaining(message),
  })
})

test.for<[options: object, message: string]>([
  [{ intercpt: false }, 'There is no option intercpt: did you mean intercept?'],
  [{ intercept: 'no' }, 'The option intercept cannot be "no": use true or false.'],
  [{ clock: 5 }, 'The option clock cannot be 5: use a time, or an object with a function now.'],
  [{ receive: true }, 'The option receive cannot be true: use a function.'],
])('the fixture of vitest refuses %o', ([options, message]) => {
  expect(() => checkFixtureOptions(options)).toThrow(message)
})

test('the fixture of vitest takes a time, and a clock', () => {
  const now = new Date('2026-11-25T12:00:00+08:00')

  for (const clock of [now, now.toISOString(), { now: () => 0 }]) checkFixtureOptions({ clock } as object)
})

test('the handlers of msw have one option', () => {
  const mock = createMock()

  expect(() => handlers(mock, { host: ['a'] } as object)).toThrow('There is no option host: did you mean hosts?')
  expect(() => handlers(mock, { hosts: 'api.mch.weixin.qq.com' } as object)).toThrow('use a list.')
})

test('connectControl has two options', () => {
  const url = 'http://127.0.0.1:8089'

  expect(() => connectControl(url, { controlToken: 'secret' } as object)).toThrow(
    'There is no option controlToken: there are token, products, language.',
  )
  expect(() => connectControl(url, { tokn: 'secret' } as object)).toThrow('did you mean token?')
})

test.for<[options: object, message: string]>([
  [{ data: 5 }, 'The option data cannot be 5: use a string.'],
  [{ store: { host: 'localhost' } }, 'The option store cannot be {"host":"localhost"}: use a string.'],
  [{ onWarning: 'log' }, 'The option onWarning cannot be "log": use a function.'],
])('openMock refuses %o', async ([options, message]) => {
  await expect(openMock(options)).rejects.toMatchObject({ code: 'MOCK_OPTION', message })
})

test('openMock has options of its own', async () => {
  await expect(openMock({ dta: 'state.db' } as object)).rejects.toMatchObject({
    code: 'MOCK_OPTION',
    message: 'There is no option dta: did you mean data?',
  })
})
