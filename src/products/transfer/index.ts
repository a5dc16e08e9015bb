import { defineProduct, type Gateway } from '../../engine/product.ts'
import { commonErrors } from '../../wire/protocol/common-errors.ts'
import { because } from '../common/refusal.ts'
import { users } from '../platform/index.ts'
import { transferAccounts } from './accounts.ts'
import { authorizationEvents, keepEndsOfAuthorizations, transferAuthorizations } from './authorizations.ts'
import { confirmPage } from './confirm-page.ts'
import type { TransferCalls } from './control-calls.ts'
import * as operations from './operations.ts'
import { transferReceipts } from './receipts.ts'
import { routes } from './routes.ts'
import { type TransferSettings, transferSettings } from './settings.ts'
import { transferSources } from './sources.ts'
import type { TransferStates } from './states.ts'
import { keepEndsOfTransfers, transferFinished, transfers } from './transfer-store.ts'

const PATH = /^\/v3\/fund-app\/mch-transfer\/(.*)/
const QUERY = /^transfer-bills\/(?:out|transfer)-bill-no\/[^/]+$/

/** Three groups of calls name the limit of calls with three codes; the page of each lists more of them, which only faults bring about. */
function gatewayAt(path: string): Gateway | undefined {
  const [, below] = PATH.exec(path) ?? []
  if (below === undefined) return undefined
  const isAuthorization = below.startsWith('user-confirm-authorization')
  const ofOthers = isAuthorization ? 'RATELIMIT_EXCEEDED' : 'FREQUENCY_LIMIT_EXCEED'
  const code = QUERY.test(below) ? 'FREQUENCY_LIMITED' : ofOthers
  return {
    authentication: { authorizationMissing: commonErrors.authorization_missing_pay },
    errors: {
      system_error: because(commonErrors.system_error, {
        en: 'server fault on transfers; nothing is known of the transfer: look it up, or repeat with the same number (text inferred)',
        zh: '转账接口的服务端故障；转账结果未知，请查单，或用原单号重试（文字为推断）',
        message: '系统错误，请稍后重试',
      }),
      rate_limited: because(commonErrors.rate_limited, {
        en: 'too many calls; whether a transfer was created is not known: look it up, or repeat with the same number',
        zh: '请求超过了频率限制；是否已发起转账未知，请查单，或用原单号重试',
        code,
        message: '频率超限',
        evidence: 'documented',
        source: transferSources.createPage,
      }),
    },
  }
}

/** 商家转账: money from a merchant to a user, who confirms it on the phone. */
export const transfer = defineProduct({
  id: 'transfer',
  title: { en: 'Transfers', zh: '商家转账' },
  operations: Object.values(operations),
  gatewayAt,
  events: [transferFinished, ...Object.values(authorizationEvents)],
  tables: [transferAccounts, transfers, transferAuthorizations, transferReceipts, users],
  settings: transferSettings as TransferSettings,
  async keepEnds(tx, setBack) {
    await keepEndsOfTransfers(tx, setBack)
    await keepEndsOfAuthorizations(tx, setBack)
  },
  routes,
  things: async () => (await import('./control-calls.ts')).things,
  calls: async (): Promise<TransferCalls> => (await import('./control-calls.ts')).calls,
  pages: [confirmPage],
  states: async (): Promise<TransferStates> => (await import('./states.ts')).states,
})

export { transferAccounts } from './accounts.ts'
export { endsAt, lockedAt, stateAt } from './transfer-rules.ts'
export type { Transfer } from './transfers.ts'
export { transfers }
