import { z } from 'zod'
import type { FileBytes, OperationContext } from '../../../engine/operation.ts'
import type { ErrorDefinition } from '../../../protocol/errors.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { text } from '../../common/fields.ts'
import { transferSources } from '../sources.ts'
import { transfers } from '../transfer-store.ts'
import { readToken } from './download-token.ts'
import { receiptPdf } from './pdf.ts'

const errors = {
  address_dead: {
    status: 400,
    code: 'INVALID_REQUEST',
    message: '下载链接无效或已过期，请重新查询电子回单',
    when: {
      en: 'the token is none of the caller, or older than ten minutes (the ten minutes are documented, status and text ours)',
      zh: 'token 不属于调用方，或已超过十分钟（十分钟见文档，状态码和文字为自拟）',
    },
    evidence: 'inferred',
  },
} as const satisfies Record<string, ErrorDefinition>

/** What both addresses have in common. */
export const download = {
  method: 'GET',
  title: '下载电子回单',
  source: transferSources.receiptPage.url,
  fileType: 'application/pdf',
  input: {
    query: z.strictObject({
      source: text({ title: '来源', max: 32, example: 'elecsign' }).optional(),
      token: text({ title: '下载令牌', max: 2_048 }),
    }),
  },
  output: z.custom<FileBytes>((value) => value instanceof Uint8Array),
  errors,
} as const

export const DOWNLOAD_RULES = [
  {
    rule: 'The request is signed, the answer is the file and is not signed.',
    evidence: 'sibling',
    source: transferSources.oldReceipts,
  },
  { rule: 'Only the merchant of the transfer can download its receipt.', evidence: 'inferred' },
] as const

/** The file that a token opens. */
export async function receiptFor(
  text: string,
  { tx, now, caller, fail }: OperationContext<keyof typeof errors>,
): Promise<FileBytes> {
  const token = readToken(text)
  if (!token) {
    return fail('address_dead', {
      en: 'the token is none of this mock: take the download_url of a query, unchanged',
      zh: 'token 不是本模拟服务签发的：请原样使用查询应答中的 download_url',
    })
  }
  const bill = token.mchid === caller.mchid ? await tx.in(transfers).find(caller.mchid, token.outBillNo) : undefined
  if (!bill) {
    return fail('address_dead', {
      en: `the token is for transfer ${token.outBillNo} of ${token.mchid}, which ${caller.mchid} does not have`,
      zh: `token 对应商户 ${token.mchid} 的转账单 ${token.outBillNo}，${caller.mchid} 没有该转账单`,
    })
  }
  if (now >= token.until) {
    const until = formatInstant(token.until)
    return fail('address_dead', { en: `the token was good until ${until}`, zh: `token 的有效期至 ${until}` })
  }
  return new Uint8Array(receiptPdf(bill))
}
