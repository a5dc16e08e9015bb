import type { ErrorDefinition } from '../../../protocol/errors.ts'
import { transferSources } from '../sources.ts'

/** Errors of receipts. */

const unfit = {
  status: 400,
  code: 'INVALID_REQUEST',
  evidence: 'sibling',
  source: transferSources.oldReceipts,
} as const

export const applyErrors = {
  bill_unknown: {
    ...unfit,
    message: '转账单据不存在',
    when: {
      en: 'the caller has no such transfer (text: the documented example of a fail_reason; that it is refused so is inferred)',
      zh: '调用方没有该转账单（文字取自 fail_reason 的文档示例，以此拒绝为推断）',
    },
  },
  not_transferred: {
    ...unfit,
    message: '转账单据未成功，不支持申请电子回单',
    when: {
      en: 'the transfer is not SUCCESS (that it has to be is documented, the text is ours)',
      zh: '转账不是 SUCCESS（须成功见文档，文字为自拟）',
    },
  },
  without_name: {
    ...unfit,
    message: '转账时未传入收款用户姓名，不支持申请电子回单',
    when: {
      en: 'the transfer was created without user_name (that it is needed is documented, the text is ours)',
      zh: '转账时没有传 user_name（须传见文档，文字为自拟）',
    },
  },
  too_old: {
    ...unfit,
    message: '转账单据已超过180天，不支持申请电子回单',
    when: {
      en: 'the transfer was created 180 days ago or more (the limit is documented, the text is ours)',
      zh: '转账创建已满 180 天（期限见文档，文字为自拟）',
    },
  },
} as const satisfies Record<string, ErrorDefinition>

export const receiptNotFound = {
  status: 404,
  code: 'NOT_FOUND',
  message: '记录不存在',
  when: {
    en: 'no receipt of such a transfer was applied for, or that is 90 days ago (the 90 days are documented)',
    zh: '该转账单没有申请过电子回单，或申请已满 90 天（90 天见文档）',
  },
  evidence: 'inferred',
} as const satisfies ErrorDefinition
