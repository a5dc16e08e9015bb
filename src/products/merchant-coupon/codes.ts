import { z } from 'zod'
import { instant, mchid, position } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL, ascending, defineTable, descending, type RowDefaults } from '../../engine/state/table.ts'
import { withCodeCounted } from './stock-rules.ts'
import { completeStock, type Stock, stocks } from './stocks.ts'

export const givenCode = z
  .strictObject({
    mchid: mchid.optional().describe('creator of the batch; the well-known merchant if left out'),
    stock_id: z.string().min(1).max(20).describe('batch; made if there is none with this id'),
    code: z.string().min(1).max(32),
    upload_time: instant.optional(),
    position: position.optional().describe('its place among the codes of the batch: they are handed out in this order'),
    dispatched_time: instant
      .optional()
      .describe('when it was handed out; that of the coupon with this code, if there is one'),
  })
  .meta({ id: 'Code', description: 'a code that was uploaded for a batch (预存code)' })

export const codeRow = givenCode
  .required({ mchid: true, upload_time: true, position: true })
  .meta({ id: 'CompletedCode', description: 'an uploaded code with everything that was left out filled in' })

/** A code that a merchant uploaded for a batch (预存code). The coupon that it is handed out as has the same code. */
export type UploadedCode = z.output<typeof codeRow>
type GivenCode = z.output<typeof givenCode>

export const codeState = z.enum(['AVAILABLE', 'DISPATCHED'])
type CodeState = z.output<typeof codeState>

export function codeStatus({ dispatched_time }: UploadedCode): CodeState {
  return dispatched_time === undefined ? 'AVAILABLE' : 'DISPATCHED'
}

/** Codes that a merchant uploaded for a batch (预存code). */
export const codes = defineTable({
  name: 'codes',
  title: { en: 'Uploaded codes', zh: '预存 code' },
  row: codeRow,
  given: givenCode,
  complete(given, surroundings) {
    const code = completeCode(given, surroundings.position, surroundings)
    const batches = surroundings.world.in(stocks)
    const stock = batches.find(code.mchid, code.stock_id) ?? completeStock(stockForCode(code), surroundings)
    batches.save(withCodeCounted(stock, code))
    return code
  },
  key: ['stock_id', 'code'],
  sorted: {
    newest: { among: () => ALL, by: ({ upload_time, position }) => descending(upload_time, position) },
    /** The codes of a batch in the order in which they are handed out. */
    ofStock: { among: ({ stock_id }) => stock_id, by: inTurn },
    /** The same, of those with one status: see {@link withStatus}. */
    byStatus: { among: (code) => withStatus(codeStatus(code), code.stock_id), by: inTurn },
  },
})

function inTurn({ position }: UploadedCode): string {
  return ascending(position)
}

/** The text under which the codes of a batch with a status are listed. */
export function withStatus(status: CodeState, stock_id: string): string {
  return `${status} ${stock_id}`
}

/** @param place the code's place in the batch, unless it is given one */
export function completeCode(given: GivenCode, place: number, { now, defaultMchid }: RowDefaults): UploadedCode {
  const { mchid = defaultMchid, upload_time = now, position = place } = given
  return { ...given, mchid, upload_time, position }
}

/** The batch that is made for a code whose batch does not exist. */
export function stockForCode({ mchid, stock_id }: UploadedCode) {
  return { mchid, stock_id, coupon_code_mode: 'MERCHANT_UPLOAD' } as const
}

/** The place behind the last code of a batch. */
export async function nextPosition(
  tx: Transaction,
  { mchid: owner, stock_id }: Pick<Stock, 'mchid' | 'stock_id'>,
): Promise<number> {
  const count = await tx.in(codes).countAmong('ofStock', stock_id, owner)
  if (count === 0) return 0
  const [last] = await tx.in(codes).page('ofStock', stock_id, { owner, offset: count - 1, limit: 1 })
  return last === undefined ? 0 : last.position + 1
}
