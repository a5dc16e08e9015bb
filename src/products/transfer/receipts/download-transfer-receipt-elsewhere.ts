import { defineOperation } from '../../../engine/operation.ts'
import { DOWNLOAD_RULES, download, receiptFor } from './download.ts'

/** 下载电子回单, at the other path. */
export const downloadTransferReceiptElsewhere = defineOperation({
  id: 'downloadTransferReceiptElsewhere',
  ...download,
  path: '/v3/transferdownload/elecvoucherfile',
  summary: 'Download the receipt of a transfer, at the path that a description of the calls has',
  rules: [
    ...DOWNLOAD_RULES,
    {
      rule: 'The path stands in a description of the calls, and differs from that in the example of the documents: both are served.',
      evidence: 'inferred',
    },
  ],
  handle: ({ query }, context) => receiptFor(query.token, context),
})
