import { test as base, expect } from 'vitest'
import { routes } from '../../src/control/routes.ts'
import { servedCalls } from '../../src/control/served-calls.ts'
import { createCertificateAuthority, startServer } from '../../src/doors/transports/node-server.ts'
import type { Clock } from '../../src/engine/clock.ts'
import type { Mock } from '../../src/engine/mock.ts'
import { inProcess, type MockOptions, recorder } from '../../src/mock.ts'
import { clientFor, connectControl, type MockControl } from '../../src/mock-control.ts'
import { products } from '../../src/products/index.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { UsageError, type UsageErrorCode } from '../../src/wire/protocol/errors.ts'
import { checkingAnswers } from '../helpers/checked-answers.ts'
import { controlApp } from '../helpers/control-app.ts'
import { createMock } from '../helpers/engine.ts'

/** Ways to the control API. A suite that behaves the same over each runs with `describe.for(doors)`. */
export const doors = ['in process', 'http'] as const

export const NOON = Date.parse('2026-11-25T12:00:00+08:00')

/** A machine whose time moves only when a test moves it. */
export interface Machine extends Clock {
  pass(ms: number): void
}

export const test = base
  .extend('door', 'in process' as (typeof doors)[number])
  .extend('options', {} as MockOptions)
  .extend('machine', (): Machine => {
    let at = NOON
    return {
      now: () => at,
      pass: (ms) => {
        at += ms
      },
    }
  })
  .extend('mock', ({ options, machine }, { onCleanup }) => {
    const mock = createMock({ clock: machine, randomSeed: 'control', ...options })
    onCleanup(() => mock.outbox.stop())
    return mock
  })
  .extend('opened', async ({ door, mock, options }, { onCleanup }): Promise<Opened> => {
    if (door === 'in process') {
      const { request } = await controlApp(mock)
      const calls = (await servedCalls(options.products ?? products)).filter(({ id }) => !Object.hasOwn(routes, id))
      const send = checkingAnswers(inProcess(mock, recorder), calls)
      return { control: new (clientFor(options.products))(send, 'http://localhost'), request }
    }
    const server = await startServer({ mock, port: 0, certificateAuthority })
    onCleanup(() => server.close(0))
    return { control: connectControl(server.url), request: (path, init) => fetch(server.url + path, init) }
  })
  .extend('control', ({ opened }) => opened.control)
  /** Sends a request unchanged, past the client. */
  .extend('request', ({ opened }) => opened.request)
  /** Makes simulated calls as a merchant. */
  .extend('merchant', ({ mock }) => merchantOf(mock))

/** Shared by all servers of a process, since credentials name its certificate and its keys take time to make. */
const certificateAuthority = createCertificateAuthority()

interface Opened {
  readonly control: MockControl
  readonly request: (path: string, init?: RequestInit) => Promise<Response>
}

/** Client of a merchant that the mock knows. Default: the well-known one. */
export async function merchantOf(mock: Mock & { readonly control: MockControl }, mchid?: string) {
  return createMerchantClient({
    credentials: await mock.control.credentials(mchid),
    send: (request) => mock.handle(request),
    now: () => mock.clock.now(),
  })
}

/** Error with which the mock refuses a promise; fails if it resolves, or if something else rejects it. */
export async function refusalOf(promise: Promise<unknown>): Promise<UsageError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof UsageError)) throw error ?? new Error('Nothing was refused.')
  return error
}

/** Expects a refusal with a code and, where it matters, a place. */
export async function expectRefusal(promise: Promise<unknown>, code: UsageErrorCode, path?: string): Promise<void> {
  const refusal = await refusalOf(promise)
  expect({ code: refusal.code, path: path === undefined ? undefined : refusal.path }).toEqual({ code, path })
}

export const json = (body: unknown, method = 'POST'): RequestInit => ({
  method,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})
