import { checkPeer } from '../src/engine/peers.ts'
import { quoted } from '../src/wire/shared/texts.ts'

// A static import would fail with a message from Node, or from an old msw, before anything here runs.
checkPeer('msw', { part: quoted('wechatpay-mock/msw') })

/** The parts of msw that handlers need. `tools/build-commonjs.ts` turns this into a `require`, since CommonJS cannot wait. */
export const { HttpResponse, RequestHandler } = await import('msw')
