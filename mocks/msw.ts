import { checkPeer } from '../src/peers/peers.ts'
import { quoted } from '../src/shared/texts.ts'

// A static import would end in a message of Node's, or of an old msw, before anything here runs.
checkPeer('msw', { part: quoted('wechatpay-mock/msw') })

/** What the handlers are made with. `tools/build-commonjs.ts` makes a `require` of it, since CommonJS cannot wait. */
export const { HttpResponse, RequestHandler } = await import('msw')
