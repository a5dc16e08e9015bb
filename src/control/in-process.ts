import type { Mock } from '../engine/mock.ts'
import type { Send } from './client/connection.ts'
import type { PactRecorder } from './pact-recorder.ts'

/** The address that the mock stands in for; a client in the same process needs no other. */
const WECHAT_PAY = 'https://api.mch.weixin.qq.com'

/** Carries requests to the control API of a mock without a network in between. It is loaded at the first call, so that it costs nothing at start-up. */
export function inProcess(mock: Mock, recorder: PactRecorder): Send {
  let app: Promise<{ fetch(request: Request): Response | Promise<Response> }> | undefined
  return async (request) => {
    app ??= import('./app.ts').then(({ createControlApp }) => createControlApp(mock, { recorder, baseUrl: WECHAT_PAY }))
    return (await app).fetch(request)
  }
}
