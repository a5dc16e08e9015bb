import type { OperationContext } from '../../engine/operation.ts'
import { requests } from '../../engine/state/request-numbers.ts'
import { type RequestRecord, replay } from '../../shared/request-record.ts'
import { explainReuse } from './explain.ts'

/** The request that took effect under a number with the same values; with others the call answers `request_no_reused`. */
export async function earlierRequest(
  { tx, caller, fail }: Pick<OperationContext<'request_no_reused'>, 'tx' | 'caller' | 'fail'>,
  operation: string,
  requestNo: string,
  values: readonly string[],
): Promise<RequestRecord | undefined> {
  const record = await tx.in(requests).find(caller.mchid, operation, requestNo)
  const repeated = replay(record, values)
  return repeated.ok ? repeated.value : fail(repeated.reason, explainReuse(requestNo, record, values))
}
