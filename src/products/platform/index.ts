import { defineProduct } from '../../engine/product.ts'
import type { PlatformCalls } from './control.ts'
import * as operations from './operations.ts'
import { routes } from './routes.ts'
import { securityEchoSuccess } from './security-echo-event.ts'
import { users } from './users.ts'

/** The product that every merchant uses, whatever it sells: certificates, image upload, the call that tests a signature, and users. */
export const platform = defineProduct({
  id: 'platform',
  title: { en: 'Platform', zh: '平台' },
  operations: Object.values(operations),
  events: [securityEchoSuccess],
  tables: [users],
  sampleCall: () => ({ method: 'GET', path: operations.downloadCertificates.path }),
  routes,
  things: async () => (await import('./control.ts')).things,
  calls: async (): Promise<PlatformCalls> => (await import('./control.ts')).calls,
})

export { belongsToAppid, explainOpenid, findUsers, type User } from './users.ts'
export { users }
