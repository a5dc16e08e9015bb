import type { Mock } from '../engine/mock.ts'
import type { Send } from './client/connection.ts'
import type { PactRecorder } from './pact-recorder.ts'

/** The address that the mock replaces; a client in the same process needs no other. */
const WECHAT_PAY = 'https://api.mch.weixin.qq.com'

/** Sends requests to the control API of a mock without a network. Loads the API on the first call, so that it costs nothing at start-up. */
export function inProcess(mock: Mock, recorder: PactRecorder): Send {
  let app: Promise<{ fetch(request: Request): Response | Promise<Response> }> | undefined
  return async (request) => {
    app ??= import('./app.ts').then(({ createControlApp }) => createControlApp(mock, { recorder, baseUrl: WECHAT_PAY }))
    return (await app).fetch(request)
  }
}
