import { describe, expect, test } from 'vitest'
import type { MockOptions } from '../../src/mock.ts'
import { createMock, openMock } from '../helpers/engine.ts'

/** What `createMock` says of options that TypeScript would not let pass. */
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
    [{ port: 8089 }, '/port', expect.stringMatching(/^There is no option port: there are orders, auth, .*, receive\.$/)],
    [{ toString: 1 }, '/toString', expect.stringMatching(/^There is no option toString: there are /)],
    [{ auth: 'strikt' }, '/auth', 'The option auth cannot be "strikt": did you mean "strict"?'],
    [{ auth: null }, '/auth', 'The option auth cannot be null: use "strict" or "lenient".'],
    [{ auth: {} }, '/auth', 'The option auth cannot be [object Object]: use "strict" or "lenient".'],
    [{ diagnosis: true }, '/diagnosis', 'The option diagnosis cannot be true: use "on" or "off".'],
    [{ stockReadyAfter: 86_401 }, '/stockReadyAfter', 'The option stockReadyAfter cannot be 86401: use at most 86400.'],
    [{ stockReadyAfter: -1 }, '/stockReadyAfter', 'The option stockReadyAfter cannot be -1: use at least 0.'],
    [
      { stockReadyAfter: '5' },
      '/stockReadyAfter',
      'The option stockReadyAfter cannot be "5": Invalid input: expected number, received string.',
    ],
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
  ] as const)('%o is refused, with the nearest right one', ([options, path, message]) => {
    expect(refusalOf(options)).toMatchObject({ name: 'UsageError', code: 'MOCK_OPTION', path, message })
  })

  test('has the type of its setting', () => {
    const options: MockOptions = { orders: 'known', stockReadyAfter: 5, callbackPublicKeyShare: 'as_called' }
    // @ts-expect-error there is no such word
    const wrong: MockOptions = { orders: 'all' }
    // @ts-expect-error there is no such option
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

test('openMock has options of its own', async () => {
  await expect(openMock({ dta: 'state.db' } as object)).rejects.toMatchObject({
    code: 'MOCK_OPTION',
    message: 'There is no option dta: did you mean data?',
  })
})
