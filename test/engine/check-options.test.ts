import { describe, expect, test } from 'vitest'
import { handlers } from '../../mocks/index.ts'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { type MockOptions, createMock as mockForUsers } from '../../src/mock.ts'
import { connectControl } from '../../src/mock-control.ts'
import { checkFixtureOptions } from '../../src/testing/intercept.ts'
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
  test.for<[options: object, path: string, message: string | RegExp]>([
    [{ ordres: 'any' }, '/ordres', 'There is no option ordres: did you mean orders?'],
    [{ keymode: 'both' }, '/keymode', 'There is no option keymode: did you mean keyMode?'],
    [{ stock_ready_after: 5 }, '/stock_ready_after', /^There is no option .*: did you mean stockReadyAfter\?$/],
    [{ port: 8089 }, '/port', /^There is no option port: there are orders, auth, .*, receive\.$/],
    [{ toString: 1 }, '/toString', /^There is no option toString: there are /],
    [{ fetch: () => {} }, '/fetch', /^There is no option fetch: /],
    [{ auth: 'strikt' }, '/auth', 'The option auth cannot be "strikt": did you mean "strict"?'],
    [{ auth: null }, '/auth', 'The option auth cannot be null: use "strict" or "lenient".'],
    [{ auth: {} }, '/auth', 'The option auth cannot be {}: use "strict" or "lenient".'],
    [
      { auth: { mock: createMock() } },
      '/auth',
      /^The option auth cannot be (?:this object|\{"mock".{50,60}…): use "strict"/,
    ],
    [{ diagnosis: true }, '/diagnosis', 'The option diagnosis cannot be true: use "on" or "off".'],
    [{ stockReadyAfter: 86_401 }, '/stockReadyAfter', 'The option stockReadyAfter cannot be 86401: use at most 86400.'],
    [{ stockReadyAfter: -1 }, '/stockReadyAfter', 'The option stockReadyAfter cannot be -1: use at least 0.'],
    [{ stockReadyAfter: '5' }, '/stockReadyAfter', 'The option stockReadyAfter cannot be "5": use a number.'],
    [{ callbackPublicKeyShare: 101 }, '/callbackPublicKeyShare', / cannot be 101: use at most 100\.$/],
    [
      { callbackPublicKeyShare: 'as-called' },
      '/callbackPublicKeyShare',
      / cannot be "as-called": did you mean "as_called"\?$/,
    ],
    [{ journalLimit: 1.5 }, '/journalLimit', 'The option journalLimit cannot be 1.5: use a whole number.'],
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
      / clockStart\.now cannot be "2026-01-01": use a number\.$/,
    ],
    [{ allowCallbackHosts: 'a' }, '/allowCallbackHosts', 'The option allowCallbackHosts cannot be "a": use a list.'],
    [{ allowCallbackHosts: ['a', 1] }, '/allowCallbackHosts/1', /^The option allowCallbackHosts\.1 cannot be 1: /],
    [{ receive: 'http://127.0.0.1:3000' }, '/receive', /: use a function\.$/],
    [{ products: 1 }, '/products', 'The option products cannot be 1: use a list of products.'],
    [['strict'], '', 'The options cannot be ["strict"]: use an object, such as { orders: … }.'],
    [Date.now, '', 'The options cannot be the function now: use an object, such as { orders: … }.'],
  ])('%o is refused, with the nearest right one', ([options, path, message]) => {
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

test.for([undefined, {}, { method: 'GET', target: 1, headers: {}, body: new Uint8Array() }, new Request('http://a/')])(
  'handle says what it takes, and not %o',
  async (request) => {
    await expect(mockForUsers().handle(request as never)).rejects.toMatchObject({
      code: 'MOCK_REQUEST',
      message: expect.stringContaining('{ method, target, headers, body }'),
    })
  },
)

const mock = createMock()
const url = 'http://127.0.0.1:8089'

/** Other functions that take options. */
const doors: Readonly<Record<string, (options: object) => unknown>> = {
  startServer: (options) => startServer({ port: 0, ...options }),
  'the fixture of vitest': (options) => checkFixtureOptions(options),
  handlers: (options) => handlers(mock, options),
  connectControl: (options) => connectControl(url, options),
  openMock: (options) => openMock(options),
}

test.for<[door: string, options: object, message: string]>([
  ['startServer', { prot: 0 }, 'There is no option prot: did you mean port?'],
  ['startServer', { orders: 'any' }, 'There is no option orders: there are mock, host, port'],
  ['startServer', { port: '8089' }, 'The option port cannot be "8089": use a number.'],
  ['startServer', { port: 65_536 }, 'The option port cannot be 65536: use at most 65535.'],
  ['startServer', { port: 1.5 }, 'The option port cannot be 1.5: use a whole number.'],
  ['startServer', { host: 127 }, 'The option host cannot be 127: use a string.'],
  ['startServer', { allowedHosts: 'mock' }, 'The option allowedHosts cannot be "mock": use a list.'],
  ['startServer', { controlToken: 42 }, 'The option controlToken cannot be 42: use a string.'],
  [
    'startServer',
    { controlToken: '' },
    'The option controlToken cannot be "": use a text that is not empty, or leave it out.',
  ],
  ['startServer', { proxyPassthrough: 'yes' }, 'The option proxyPassthrough cannot be "yes": use true or false.'],
  ['startServer', { connectionLimit: 0 }, 'The option connectionLimit cannot be 0: use at least 1.'],
  ['startServer', { onBug: 'log' }, 'The option onBug cannot be "log": use a function.'],
  ['startServer', { certificateAuthority: './ca' }, 'The option certificateAuthority cannot be "./ca": use an object.'],
  ['the fixture of vitest', { intercpt: false }, 'There is no option intercpt: did you mean intercept?'],
  ['the fixture of vitest', { intercept: 'no' }, 'The option intercept cannot be "no": use true or false.'],
  [
    'the fixture of vitest',
    { clock: 5 },
    'The option clock cannot be 5: use a time, or an object with a function now.',
  ],
  ['the fixture of vitest', { receive: true }, 'The option receive cannot be true: use a function.'],
  ['handlers', { host: ['a'] }, 'There is no option host: did you mean hosts?'],
  ['handlers', { hosts: 'api.mch.weixin.qq.com' }, 'use a list.'],
  ['connectControl', { controlToken: 'a' }, 'There is no option controlToken: there are token, products, language.'],
  ['connectControl', { tokn: 'secret' }, 'did you mean token?'],
  ['openMock', { data: 5 }, 'The option data cannot be 5: use a string.'],
  ['openMock', { store: { host: 'a' } }, 'The option store cannot be {"host":"a"}: use a string.'],
  ['openMock', { onWarning: 'log' }, 'The option onWarning cannot be "log": use a function.'],
  ['openMock', { dta: 'state.db' }, 'There is no option dta: did you mean data?'],
])('%s refuses %o', async ([door, options, message]) => {
  await expect((async () => doors[door]?.(options))()).rejects.toMatchObject({
    code: 'MOCK_OPTION',
    message: expect.stringContaining(message),
  })
})

test('the fixture of vitest takes a time, and a clock', () => {
  const now = new Date('2026-11-25T12:00:00+08:00')

  for (const clock of [now, now.toISOString(), { now: () => 0 }]) checkFixtureOptions({ clock } as object)
})
