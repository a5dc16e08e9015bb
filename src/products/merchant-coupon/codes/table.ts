import { z } from 'zod'
import { mchid, position, time } from '../../../engine/state/json-fields.ts'
import {
  ALL,
  ascending,
  defineTable,
  descending,
  type RowDefaults,
  type Surroundings,
} from '../../../engine/state/table.ts'
import { exactTime } from '../../../protocol/instant.ts'
import { type CodeStatus, codeStatus, type UploadedCode, withCodeCounted } from '../rules/uploaded-code.ts'
import { completeStock, stocks } from '../stocks/table.ts'
import { codeLife } from './life.ts'

export const codeJson = z
  .strictObject({
    mchid: mchid.optional().meta({ description: 'creator of the batch; the well-known merchant if left out' }),
    stock_id: z.string().min(1).max(20).meta({ description: 'batch; made if there is none with this id' }),
    code: z.string().min(1).max(32),
    upload_time: time.optional(),
    position: position
      .optional()
      .meta({ description: 'its place among the codes of the batch: they are handed out in this order' }),
    dispatched_time: time
      .optional()
      .meta({ description: 'when it was handed out; that of the coupon with this code, if there is one' }),
  })
  .meta({ id: 'Code', description: 'a code that was uploaded for a batch (预存code)' })

export const completedCode = codeJson
  .required({ mchid: true, upload_time: true, position: true })
  .meta({ id: 'CompletedCode', description: 'an uploaded code with everything that was left out filled in' })

export type CodeJson = z.input<typeof codeJson>
export type CompletedCode = z.output<typeof completedCode>

/** Codes that a merchant uploaded for a batch (预存code). */
export const codes = defineTable({
  name: 'codes',
  title: { en: 'Uploaded codes', zh: '预存 code' },
  life: codeLife,
  owner: ({ creatorMchid }: UploadedCode) => creatorMchid,
  key: ({ stockId, code }) => [stockId, code],
  keyMembers: ['stock_id', 'code'],
  indexes: {},
  sorted: {
    newest: { among: () => ALL, by: ({ uploadedAt, position }) => descending(uploadedAt, position) },
    /** The codes of a batch in the order in which they are handed out. */
    ofStock: { among: ({ stockId }) => stockId, by: inTurn },
    /** The same, of those with one status: see {@link withStatus}. */
    byStatus: { among: (code) => withStatus(codeStatus(code), code.stockId), by: inTurn },
  },
  json: codeJson,
  completed: completedCode,
  fromJson: loadCode,
  toJson: describeCode,
})

function inTurn({ position }: UploadedCode): string {
  return ascending(position)
}

/** What the codes of a batch with a status are listed under. */
export function withStatus(status: CodeStatus, stockId: string): string {
  return `${status} ${stockId}`
}

/** Makes a code of a seed file, with its batch if the file has none, and counts it there. */
function loadCode(json: CodeJson, surroundings: Surroundings): UploadedCode {
  const code = completeCode(json, surroundings.position, surroundings)
  const batches = surroundings.world.in(stocks)
  const stock = batches.find(code.creatorMchid, code.stockId) ?? completeStock(stockForCode(code), surroundings)
  batches.save(withCodeCounted(stock, code))
  return code
}

/** @param position the code's place in the batch, unless `json` gives one */
export function completeCode(json: CodeJson, position: number, { now, defaultMchid }: RowDefaults): UploadedCode {
  return {
    creatorMchid: json.mchid ?? defaultMchid,
    stockId: json.stock_id,
    code: json.code,
    uploadedAt: json.upload_time === undefined ? now : Date.parse(json.upload_time),
    position: json.position ?? position,
    ...(json.dispatched_time !== undefined && { dispatchedAt: Date.parse(json.dispatched_time) }),
  }
}

export function describeCode(code: UploadedCode): z.output<typeof completedCode> {
  const { creatorMchid, stockId, uploadedAt, position, dispatchedAt } = code
  return {
    mchid: creatorMchid,
    stock_id: stockId,
    code: code.code,
    upload_time: exactTime(uploadedAt),
    position,
    ...(dispatchedAt !== undefined && { dispatched_time: exactTime(dispatchedAt) }),
  }
}

/** The batch that is made for a code whose batch does not exist. */
export function stockForCode({ creatorMchid, stockId }: UploadedCode) {
  return { mchid: creatorMchid, stock_id: stockId, coupon_code_mode: 'MERCHANT_UPLOAD' } as const
}
