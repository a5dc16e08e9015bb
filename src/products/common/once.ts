import type { OperationContext } from '../../engine/operation.ts'
import { type RequestRecord, requests } from '../../engine/state/request-numbers.ts'
import { requireSame } from './numbered-calls.ts'

export interface NumberedRequest {
  /** The operation among whose numbers `request_no` is unique for a caller. */
  readonly operation: string
  readonly request_no: string
  /** Names the request where its number alone does not. */
  readonly key?: string
  /** The values that a repeat has to bring again. */
  readonly values: readonly string[]
}

/**
 * Does once what a request asks for, and answers a repeat of its number from the record of the first.
 *
 * @param act gives when it took effect, if that was not now, and what else a repeat is answered with
 * @throws ApiError `request_no_reused`
 */
export async function once(
  context: OperationContext<'request_no_reused'>,
  { operation, request_no, key = request_no, values }: NumberedRequest,
  act: () => Promise<Partial<Pick<RequestRecord, 'time' | 'result'>>>,
): Promise<RequestRecord> {
  const { tx, now, caller } = context
  const record = await tx.in(requests).find(caller.mchid, operation, key)
  if (record) {
    requireSame(context, request_no, record, values, 'request_no_reused')
    return record
  }
  const done = { mchid: caller.mchid, operation, request_no: key, values: [...values], time: now, ...(await act()) }
  await tx.in(requests).save(done)
  return done
}
