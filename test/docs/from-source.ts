/** Loaded with `--import`: what imports the package by its name gets the source, as in vitest, and not what was built last. */
import { registerHooks } from 'node:module'

const sources: Readonly<Record<string, string>> = {
  'wechatpay-mock': '../../src/index.ts',
  'wechatpay-mock/msw': '../../mocks/index.ts',
  'wechatpay-mock/node': '../../src/doors/transports/node-server.ts',
  'wechatpay-mock/protocol': '../../src/wire/protocol/index.ts',
}

registerHooks({
  resolve(specifier, context, next) {
    const source = sources[specifier]
    return next(source === undefined ? specifier : new URL(source, import.meta.url).href, context)
  },
})
