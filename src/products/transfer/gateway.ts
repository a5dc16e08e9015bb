import type { Gateway } from '../../engine/gateway.ts'
import { commonErrors } from '../../protocol/common-errors.ts'
import type { ErrorDefinition } from '../../protocol/errors.ts'
import { transferSources } from './sources.ts'

const PATH = /^\/v3\/fund-app\/mch-transfer\//

const systemError = {
  ...commonErrors.system_error,
  message: '系统错误，请稍后重试',
  when: {
    en: 'server fault on transfers; nothing is known of the transfer: look it up, or repeat with the same number (text inferred)',
    zh: '转账接口的服务端故障；转账结果未知，请查单，或用原单号重试（文字为推断）',
  },
} as const satisfies ErrorDefinition

/** The limit of calls, which three groups of calls name with three codes. */
function rateLimited(code: string, named: ErrorDefinition['when'], more: Pick<ErrorDefinition, 'evidence' | 'source'>) {
  return {
    ...commonErrors.rate_limited,
    code,
    message: '频率超限',
    when: named,
    ...more,
  } as const satisfies ErrorDefinition
}

const onTransfers: Gateway = {
  authentication: { authorizationMissing: commonErrors.authorization_missing_pay },
  errors: {
    system_error: systemError,
    rate_limited: rateLimited(
      'FREQUENCY_LIMITED',
      { en: 'too many calls about transfers (text inferred)', zh: '转账接口的请求超过了频率限制（文字为推断）' },
      { evidence: 'documented', source: transferSources.createPage },
    ),
  },
}

const onCancel: Gateway = {
  ...onTransfers,
  errors: {
    system_error: systemError,
    rate_limited: rateLimited(
      'FREQUENCY_LIMIT_EXCEED',
      { en: 'too many transfers cancelled (text inferred)', zh: '撤销转账的请求超过了频率限制（文字为推断）' },
      { evidence: 'documented', source: transferSources.faq },
    ),
  },
}

const onReceipts: Gateway = {
  ...onTransfers,
  errors: {
    system_error: systemError,
    rate_limited: rateLimited(
      'RATELIMIT_EXCEEDED',
      { en: 'too many calls about receipts (text inferred)', zh: '电子回单接口的请求超过了频率限制（文字为推断）' },
      { evidence: 'sibling', source: transferSources.partnerPages },
    ),
  },
}

/** The gateway of transfers. */
export function transferGateway(path: string): Gateway | undefined {
  if (!PATH.test(path)) return undefined
  if (path.endsWith('/cancel')) return onCancel
  return path.includes('/elecsign/') ? onReceipts : onTransfers
}
