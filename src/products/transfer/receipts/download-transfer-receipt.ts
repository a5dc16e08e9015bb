import { defineOperation } from '../../../engine/operation.ts'
import { transferSources } from '../sources.ts'
import { DOWNLOAD_RULES, download, receiptFor } from './download.ts'
import { DOWNLOAD_PATH } from './receipt.ts'

/** 下载电子回单: download the receipt of a transfer, at the address that looking it up gave. */
export const downloadTransferReceipt = defineOperation({
  id: 'downloadTransferReceipt',
  ...download,
  path: DOWNLOAD_PATH,
  summary: 'Download the receipt of a transfer',
  rules: [
    ...DOWNLOAD_RULES,
    {
      rule: 'The path is that of the example in the documents.',
      evidence: 'documented',
      source: transferSources.thirdParty,
    },
  ],
  handle: ({ query }, context) => receiptFor(query.token, context),
})
