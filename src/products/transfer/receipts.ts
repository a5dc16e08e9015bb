import { createHash } from 'node:crypto'
import { z } from 'zod'
import { documentedCall } from '../../catalogue/documented-call.ts'
import { text } from '../../catalogue/fields.ts'
import {
  defineOperation,
  documented,
  type FileBytes,
  inferred,
  type OperationContext,
  REPEAT,
  type Rule,
  upon,
} from '../../engine/operation.ts'
import { instant, mchid, shortText } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL, defineTable, descending } from '../../engine/state/table.ts'
import type { ErrorDefinition } from '../../wire/protocol/errors.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { DAY_MS, orLastInstant } from '../../wire/shared/china-time.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { readDownloadToken, writeDownloadToken } from '../common/download-token.ts'
import { invalidRequest, refusal } from '../common/refusal.ts'
import { explainNoTransfer, explainTransfer } from './explain.ts'
import { SCENES } from './meanings.ts'
import { transferSettings } from './settings.ts'
import { transferSources } from './sources.ts'
import { outBillNoField, transferBillNoField } from './transfer-refusals.ts'
import { changedAt, endsAt, stateAt } from './transfer-rules.ts'
import { transfers } from './transfer-store.ts'
import type { Transfer } from './transfers.ts'

/** An application for the receipt (电子回单) of a transfer. */
export const receipt = z
  .strictObject({
    mchid: mchid.describe('whose'),
    out_bill_no: shortText,
    transfer_bill_no: shortText,
    apply_time: instant,
    ready_time: instant.describe('until when it is GENERATING'),
    fail_reason: shortText.optional().describe('why it cannot be made; FINISHED if left out'),
  })
  .meta({ id: 'TransferReceipt', description: 'an application for the receipt (电子回单) of a transfer' })

export type Receipt = z.output<typeof receipt>

export const transferReceipts = defineTable({
  name: 'transferReceipts',
  title: { en: 'Transfer receipts', zh: '转账电子回单' },
  row: receipt,
  key: ['out_bill_no'],
  sorted: { newest: { among: () => ALL, by: ({ apply_time }) => descending(apply_time) } },
  inJournal: true,
})

/** How old a transfer may be whose receipt is applied for, and how long a receipt is kept. */
const APPLICABLE_MS = 180 * DAY_MS
const KEPT_MS = 90 * DAY_MS

export function receiptState({ ready_time, fail_reason }: Receipt, at: number): 'GENERATING' | 'FINISHED' | 'FAILED' {
  if (at < ready_time) return 'GENERATING'
  return fail_reason === undefined ? 'FINISHED' : 'FAILED'
}

/** Whether it has to be applied for again. */
function isForgotten({ apply_time }: Receipt, at: number): boolean {
  return at >= apply_time + KEPT_MS
}

type ReceiptRefusal = 'not_transferred' | 'without_name' | 'too_old'

/** Why a transfer cannot have a receipt; `undefined` if it can. */
function objectionToReceipt(transfer: Transfer, at: number): ReceiptRefusal | undefined {
  if (stateAt(transfer, at) !== 'SUCCESS') return 'not_transferred'
  if (transfer.user_name === undefined) return 'without_name'
  return at >= transfer.create_time + APPLICABLE_MS ? 'too_old' : undefined
}

const ADDRESS_LIVES_MS = 600_000

const KIND = 'receipt of a transfer'

/** A token for the address of a receipt, which opens it from an instant on, for ten minutes. @internal */
export function tokenFor({ mchid, out_bill_no }: Pick<Transfer, 'mchid' | 'out_bill_no'>, now: number): string {
  return writeDownloadToken(KIND, { parts: [mchid, out_bill_no], until: orLastInstant(now + ADDRESS_LIVES_MS) })
}

/** Reads a token that {@link tokenFor} made: whose transfer it names, and until when it is good; `undefined` for any other text. */
export function readToken(token: string) {
  const { parts = [], until = 0 } = readDownloadToken(KIND, token) ?? {}
  const [mchid, out_bill_no, ...more] = parts
  return mchid === undefined || out_bill_no === undefined || more.length > 0 ? undefined : { mchid, out_bill_no, until }
}

/** The receipt of a transfer as a PDF of one page, the same bytes each time. */
function receiptPdf(transfer: Transfer): Buffer {
  const lines = [
    '商家转账电子回单（模拟）',
    `付款商户号：${transfer.mchid}`,
    `商户单号：${transfer.out_bill_no}`,
    `微信转账单号：${transfer.transfer_bill_no}`,
    `收款用户：${transfer.user_name ?? ''}`,
    `转账金额：${(transfer.transfer_amount / 100).toFixed(2)} 元`,
    `转账场景：${SCENES[transfer.transfer_scene_id]?.name ?? transfer.transfer_scene_id}`,
    `转账备注：${transfer.transfer_remark}`,
    `到账时间：${formatInstant(changedAt(transfer, endsAt(transfer)))}`,
  ]
  const text = lines.map((line) => `<${hexOf(line)}> Tj T*`).join('\n')
  const content = `BT /F1 14 Tf 24 TL 60 760 Td\n${text}\nET`
  return assemble([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    // A font that readers bring themselves, so that none has to be embedded.
    '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>',
    '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 7 0 R >>',
    '<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>',
  ])
}

/** A text as that font takes it: big-endian UCS-2. */
function hexOf(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('hex')
}

/** A file of numbered objects, the first one its catalog. */
function assemble(objects: readonly string[]): Buffer {
  let file = '%PDF-1.4\n'
  const offsets = objects.map((object, i) => {
    const offset = file.length
    file += `${i + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`
  return Buffer.from(file + table, 'latin1')
}

const ELECSIGN = '/v3/fund-app/mch-transfer/elecsign'

/** Each call is there twice: by the merchant's number of a transfer, and by WeChat Pay's. */
const NUMBERS = {
  out_bill_no: { named: "the merchant's number", field: outBillNoField, path: `${ELECSIGN}/out-bill-no` },
  transfer_bill_no: {
    named: "WeChat Pay's number",
    field: transferBillNoField,
    path: `${ELECSIGN}/transfer-bill-no`,
  },
} as const

type Name = keyof typeof NUMBERS
type Named = { readonly [One in Name]?: string }

const numberIn = (named: Named, name: Name): string => named[name] ?? ''

async function transferNamed(tx: Transaction, mchid: string, { out_bill_no, transfer_bill_no = '' }: Named) {
  if (out_bill_no === undefined) return (await tx.in(transfers).where('transfer_bill_no', transfer_bill_no, mchid))[0]
  return tx.in(transfers).find(mchid, out_bill_no)
}

const rateLimit = { calls: 20, seconds: 1, evidence: 'sibling', source: transferSources.partnerPages } as const

const unfit = (message: string, cause: Texts) =>
  invalidRequest('sibling', message, { ...cause, source: transferSources.oldReceipts })

const apply = <const Id extends string>(id: Id, name: Name) =>
  documentedCall(`POST ${NUMBERS[name].path}`, {
    id,
    summary: `Apply for the receipt of a transfer by ${NUMBERS[name].named}`,
    rateLimit,
    fields: { [`body/${name}`]: NUMBERS[name].field },
    refusals: {
      bill_unknown: unfit('转账单据不存在', {
        en: 'the caller has no such transfer (text: the documented example of a fail_reason; that it is refused so is inferred)',
        zh: '调用方没有该转账单（文字取自 fail_reason 的文档示例，以此拒绝为推断）',
      }),
      not_transferred: unfit('转账单据未成功，不支持申请电子回单', {
        en: 'the transfer is not SUCCESS (that it has to be is documented, the text is ours)',
        zh: '转账不是 SUCCESS（须成功见文档，文字为自拟）',
      }),
      without_name: unfit('转账时未传入收款用户姓名，不支持申请电子回单', {
        en: 'the transfer was created without user_name (that it is needed is documented, the text is ours)',
        zh: '转账时没有传 user_name（须传见文档，文字为自拟）',
      }),
      too_old: unfit('转账单据已超过180天，不支持申请电子回单', {
        en: 'the transfer was created 180 days ago or more (the limit is documented, the text is ours)',
        zh: '转账创建已满 180 天（期限见文档，文字为自拟）',
      }),
    },
    rules: [
      documented(
        'There is a receipt of a transfer that is SUCCESS, had a user_name and is less than 180 days old.',
        transferSources.receiptPage,
      ),
      inferred('It is GENERATING for as long as transferReceiptTakes says.'),
      upon(REPEAT, inferred('Applied for again while there is one, the same is answered.')),
      documented('It is kept for 90 days, and can then be applied for again.', transferSources.receiptPage),
    ],
    async handle({ body }, { tx, now, caller, settings, fail }) {
      const transfer = await transferNamed(tx, caller.mchid, body)
      if (!transfer) return fail('bill_unknown', explainNoTransfer(caller.mchid, numberIn(body, name)))
      const table = tx.in(transferReceipts)
      const existing = await table.find(transfer.mchid, transfer.out_bill_no)
      if (existing && !isForgotten(existing, now)) return shown(existing, now)
      const objection = objectionToReceipt(transfer, now)
      if (objection) return fail(objection, explainObjection(objection, transfer, now))
      const made = {
        mchid: transfer.mchid,
        out_bill_no: transfer.out_bill_no,
        transfer_bill_no: transfer.transfer_bill_no,
        apply_time: now,
        ready_time: orLastInstant(now + transferSettings.transferReceiptTakes.of(settings) * 1_000),
      }
      await table.save(made)
      return shown(made, now)
    },
  })

/** 商户单号申请电子回单 */
export const acceptElecsignByOutNo = apply('acceptElecsignByOutNo', 'out_bill_no')
/** 微信单号申请电子回单 */
export const acceptElecsignByNo = apply('acceptElecsignByNo', 'transfer_bill_no')

function shown(receipt: Receipt, now: number) {
  return { state: receiptState(receipt, now), create_time: receipt.apply_time }
}

function explainObjection(objection: ReceiptRefusal, transfer: Transfer, now: number): Texts {
  switch (objection) {
    case 'not_transferred':
      return explainTransfer(transfer, now)
    case 'without_name':
      return {
        en: `transfer ${transfer.out_bill_no} was created without user_name, and a receipt needs one`,
        zh: `发起转账单 ${transfer.out_bill_no} 时没有传 user_name，而电子回单需要姓名`,
      }
    case 'too_old': {
      const at = formatInstant(transfer.create_time)
      return {
        en: `transfer ${transfer.out_bill_no} was created at ${at}, 180 days ago or more`,
        zh: `转账单 ${transfer.out_bill_no} 创建于 ${at}，已满 180 天`,
      }
    }
  }
}

const QUERIES = {
  out_bill_no: `GET ${NUMBERS.out_bill_no.path}/{out_bill_no}`,
  transfer_bill_no: `GET ${NUMBERS.transfer_bill_no.path}/{transfer_bill_no}`,
} as const

const lookUp = <const Id extends string>(id: Id, name: Name) =>
  documentedCall(QUERIES[name], {
    id,
    summary: `Look a receipt up by ${NUMBERS[name].named} of its transfer`,
    rateLimit,
    fields: {
      [`path/${name}`]: NUMBERS[name].field,
      // Only the text of the page mentions it.
      'answer/fail_reason': { type: 'string' },
    },
    refusals: {
      not_found: refusal(404, 'NOT_FOUND')('inferred', '记录不存在', {
        en: 'no receipt of such a transfer was applied for, or that is 90 days ago (the 90 days are documented)',
        zh: '该转账单没有申请过电子回单，或申请已满 90 天（90 天见文档）',
      }),
    },
    rules: [
      documented('FINISHED has hash_type, hash_value and download_url; FAILED has fail_reason.'),
      documented('download_url works for ten minutes; each query has a new one.', transferSources.receiptPage),
      inferred('hash_type is SHA256.'),
      documented('hash_value is in upper case, as in the example of the page.'),
    ],
    async handle({ path }, { tx, now, caller, fail }) {
      const transfer = await transferNamed(tx, caller.mchid, path)
      const receipt = transfer && (await tx.in(transferReceipts).find(transfer.mchid, transfer.out_bill_no))
      if (!transfer || !receipt || isForgotten(receipt, now)) {
        return fail('not_found', explainNoReceipt(caller.mchid, numberIn(path, name), transfer, receipt))
      }
      const { state, create_time } = shown(receipt, now)
      return {
        state,
        create_time,
        update_time: state === 'GENERATING' ? create_time : receipt.ready_time,
        ...(state === 'FAILED' && { fail_reason: receipt.fail_reason }),
        ...(state === 'FINISHED' && {
          hash_type: 'SHA256',
          hash_value: createHash('sha256').update(receiptPdf(transfer)).digest('hex').toUpperCase(),
          download_url: `https://api.mch.weixin.qq.com${DOWNLOAD_PATH}?source=elecsign&token=${tokenFor(transfer, now)}`,
        }),
      }
    },
  })

/** 商户单号查询电子回单 */
export const queryElecsignByOutNo = lookUp('queryElecsignByOutNo', 'out_bill_no')
/** 微信单号查询电子回单 */
export const queryElecsignByNo = lookUp('queryElecsignByNo', 'transfer_bill_no')

function explainNoReceipt(mchid: string, number: string, transfer?: Transfer, old?: Receipt): Texts {
  if (!transfer) return explainNoTransfer(mchid, number)
  if (!old) {
    return {
      en: `no receipt of transfer ${number} was applied for: do that first`,
      zh: `转账单 ${number} 没有申请过电子回单，请先申请`,
    }
  }
  const at = formatInstant(old.apply_time)
  return {
    en: `the receipt of transfer ${number} was applied for at ${at}, 90 days ago or more: apply for it again`,
    zh: `转账单 ${number} 的电子回单申请于 ${at}，已满 90 天，请重新申请`,
  }
}

/** The path of an older example in the documents. */
const DOWNLOAD_PATH = '/v3/transferbilldownload/elecvoucherfile'

const downloadErrors = {
  address_dead: invalidRequest('inferred', '下载链接无效或已过期，请重新查询电子回单', {
    en: 'the token is none of the caller, or older than ten minutes (the ten minutes are documented, status and text ours)',
    zh: 'token 不属于调用方，或已超过十分钟（十分钟见文档，状态码和文字为自拟）',
  }),
} as const satisfies Record<string, ErrorDefinition>

const download = <const Id extends string>(call: { id: Id; path: string; summary: string }, rule: Rule) =>
  defineOperation({
    ...call,
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
    errors: downloadErrors,
    rules: [
      {
        rule: 'The request is signed, the answer is the file and is not signed.',
        evidence: 'sibling',
        source: transferSources.oldReceipts,
      },
      inferred('Only the merchant of the transfer can download its receipt.'),
      rule,
    ],
    handle: ({ query: { token } }, context) => fileFor(token, context),
  })

/** 下载电子回单: download the receipt of a transfer, at the address that looking it up gave. */
export const downloadTransferReceipt = download(
  { id: 'downloadTransferReceipt', path: DOWNLOAD_PATH, summary: 'Download the receipt of a transfer' },
  documented('The path is that of the example in the documents.', transferSources.thirdParty),
)

export const downloadTransferReceiptElsewhere = download(
  {
    id: 'downloadTransferReceiptElsewhere',
    path: '/v3/transferdownload/elecvoucherfile',
    summary: 'Download the receipt of a transfer, at the path that a description of the calls has',
  },
  inferred(
    'The path stands in a description of the calls, and differs from that in the example of the documents: both are served.',
  ),
)

/** The file that a token opens. */
async function fileFor(
  text: string,
  { tx, now, caller, fail }: OperationContext<keyof typeof downloadErrors>,
): Promise<FileBytes> {
  const token = readToken(text)
  if (!token) {
    return fail('address_dead', {
      en: 'the token is none of this mock: take the download_url of a query, unchanged',
      zh: 'token 不是本模拟服务签发的：请原样使用查询应答中的 download_url',
    })
  }
  const transfer =
    token.mchid === caller.mchid ? await tx.in(transfers).find(caller.mchid, token.out_bill_no) : undefined
  if (!transfer) {
    return fail('address_dead', {
      en: `the token is for transfer ${token.out_bill_no} of ${token.mchid}, which ${caller.mchid} does not have`,
      zh: `token 对应商户 ${token.mchid} 的转账单 ${token.out_bill_no}，${caller.mchid} 没有该转账单`,
    })
  }
  if (now >= token.until) {
    const until = formatInstant(token.until)
    return fail('address_dead', { en: `the token was good until ${until}`, zh: `token 的有效期至 ${until}` })
  }
  const receipt = await tx.in(transferReceipts).find(caller.mchid, token.out_bill_no)
  if (!receipt || receiptState(receipt, now) !== 'FINISHED') {
    return fail('address_dead', {
      en: `there is no finished receipt of transfer ${token.out_bill_no}: look it up first`,
      zh: `转账单 ${token.out_bill_no} 没有已生成的电子回单，请先查询`,
    })
  }
  return new Uint8Array(receiptPdf(transfer))
}
