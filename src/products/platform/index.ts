import { defineProduct } from '../../engine/product.ts'
import type { PlatformCalls } from './calls.ts'
import { downloadCertificates } from './certificates/download-certificates.ts'
import * as operations from './operations.ts'
import { routes } from './routes.ts'
import { securityEchoSuccess } from './security/security-echo.ts'
import { users } from './users/table.ts'

/** What every merchant uses, whatever it sells: certificates, image upload, the call that tests a signature, and users. */
export const platform = defineProduct({
  id: 'platform',
  title: { en: 'Platform', zh: '平台' },
  operations: Object.values(operations),
  events: [securityEchoSuccess],
  tables: [users],
  sampleCall: () => ({ method: 'GET', path: downloadCertificates.path }),
  routes,
  things: async () => (await import('./things.ts')).things,
  calls: async (): Promise<PlatformCalls> => (await import('./calls.ts')).calls,
})

export { belongsToAppid, explainOpenid, findUsers } from './users/known-user.ts'
export type { User } from './users/user.ts'
export { users }
