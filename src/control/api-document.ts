import type { EventDescription } from '../engine/callbacks/event.ts'
import type { OperationDescription } from '../engine/operation.ts'
import { type DescribedCall, type OpenApiDocument, openApiDocument } from '../openapi/document.ts'
import type { UsageErrorCode } from '../protocol/errors.ts'
import { errorJson } from './answer-format.ts'
import { type ServedCall, takesBody } from './call.ts'
import { BODY_REFUSALS, COMMON_REFUSALS, type Refusal, statusOf } from './refusals.ts'

/** The OpenAPI document of the control API, the simulated calls and the callbacks. */
export function apiDocument({
  calls,
  ...parts
}: {
  readonly calls: readonly ServedCall[]
  readonly operations: readonly OperationDescription[]
  readonly events: readonly EventDescription[]
  readonly version: string
  readonly serverUrl: string
}): Promise<OpenApiDocument> {
  return openApiDocument({ ...parts, calls: calls.map(described), refusal: errorJson })
}

function described(call: ServedCall): DescribedCall {
  const refusals = { ...COMMON_REFUSALS, ...(takesBody(call) && BODY_REFUSALS), ...call.refusals }
  return {
    ...call,
    // The keys come from the three lists above, so no others can occur.
    refusals: (Object.entries(refusals) as [UsageErrorCode, string | Refusal][]).map(([code, refusal]) => ({
      status: statusOf(code, call),
      code,
      when: typeof refusal === 'string' ? refusal : refusal.when,
    })),
  }
}
