import { z } from 'zod'
import { instant, mchid, shortText } from '../../engine/state/json-fields.ts'
import { ALL, defineTable, descending } from '../../engine/state/table.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { DAY_MS, orLastInstant } from '../../wire/shared/china-time.ts'
import { readDownloadToken, writeDownloadToken } from '../common/download-token.ts'
import { SCENES } from './meanings.ts'
import { changedAt, endsAt, stateAt } from './transfer-rules.ts'
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
export function isForgotten({ apply_time }: Receipt, at: number): boolean {
  return at >= apply_time + KEPT_MS
}

export type ReceiptRefusal = 'not_transferred' | 'without_name' | 'too_old'

/** Why a transfer cannot have a receipt; `undefined` if it can. */
export function objectionToReceipt(transfer: Transfer, at: number): ReceiptRefusal | undefined {
  if (stateAt(transfer, at) !== 'SUCCESS') return 'not_transferred'
  if (transfer.user_name === undefined) return 'without_name'
  return at >= transfer.create_time + APPLICABLE_MS ? 'too_old' : undefined
}

const ADDRESS_LIVES_MS = 600_000

const KIND = 'receipt of a transfer'

/** A token for the address of a receipt, which opens it from an instant on, for ten minutes. */
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
export function receiptPdf(transfer: Transfer): Buffer {
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
