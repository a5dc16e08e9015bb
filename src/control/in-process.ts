import type { Mock } from '../engine/mock.ts'
import { MockControl } from './client.ts'
import type { PactRecorder } from './pact-recorder.ts'

/** What the mock stands in for; a client in the same process needs no other address. */
const WECHAT_PAY = 'https://api.mch.weixin.qq.com'

/** The control API of a mock without a network in between. It is loaded at the first call, so that it costs nothing at start-up. */
export function inProcessControl(mock: Mock, recorder: PactRecorder): MockControl {
  let app: Promise<{ fetch(request: Request): Response | Promise<Response> }> | undefined
  return new MockControl(async (request) => {
    app ??= import('./app.ts').then(({ createControlApp }) => createControlApp(mock, { recorder, baseUrl: WECHAT_PAY }))
    return (await app).fetch(request)
  }, 'http://localhost')
}
