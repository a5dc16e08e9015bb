import { createRequire } from 'node:module'

/** The package finds itself by its own name, so this works from the sources and from `dist` alike. */
const manifest: { readonly version: string } = createRequire(import.meta.url)('wechatpay-mock/package.json')

/** Version of this package. */
export const VERSION = manifest.version
