import { performance } from 'node:perf_hooks'
import { BRAND_SIGNATURE_TYPE, SIGNATURE_TYPE, timestampOf } from '../../wire/protocol/authorization.ts'
import {
  gatewayHeaders,
  type ResponseSignature,
  responseHeaders,
  signAnswer,
} from '../../wire/protocol/response-headers.ts'
import { sources } from '../../wire/protocol/sources.ts'
import { isError } from '../../wire/shared/errors.ts'
import type { Awaitable } from '../../wire/shared/pieces.ts'
import { damage, wrongKey } from '../faults/damage.ts'
import { type Delivery, pathOf, type WireRequest, type WireResponse } from '../http-message.ts'
import type { IdSource } from '../ids.ts'
import { FoundState } from '../journal/found.ts'
import type { Exchange } from '../journal/journal.ts'
import type { Rule } from '../operation.ts'
import { signatureTime } from '../settings.ts'
import { StoreUnavailable } from '../state/store.ts'
import { decide, operationAsPlanned, refuseMiss } from './decide.ts'
import { type ExchangeParts, type Notes, type Outcome, refuseBody } from './exchange-parts.ts'

type Ended = { -readonly [Member in keyof Exchange]: Exchange[Member] }

/**
 * Runs one exchange, from the bytes of a request to the bytes of its answer, with its id and its entry in the journal.
 *
 * Rejects on a bug in the mock and on a lost store; the journal has the exchange even then.
 *
 * @param tooLarge whether the body is larger than the service accepts
 * @param left gives a signal that is aborted when the client goes away
 */
export async function exchange(
  parts: ExchangeParts,
  request: WireRequest,
  tooLarge: boolean,
  left?: () => AbortSignal,
): Promise<WireResponse> {
  const started = performance.now()
  const { clock, ids, journal } = parts
  const { documents } = parts.store
  if (documents.refresh) await documents.refresh()
  const now = clock.now()
  const settings = parts.settings()
  const instants = { now, signatures: signatureTime(clock, settings, now), machine: clock.source.now() }
  const id = ids.requestId()
  const notes: Notes = { remarks: [], found: new FoundState(settings) }
  const path = pathOf(request.target)
  const found = parts.routers[settings.shaped].find(request.method, path)
  const planned = 'miss' in found ? await operationAsPlanned(parts, request, path) : undefined
  const route = planned ? { operation: planned, params: {} } : found
  const operation = 'operation' in route ? route.operation : undefined
  let outcome: Outcome | undefined
  let response: WireResponse | undefined

  try {
    outcome =
      'miss' in route
        ? await refuseMiss(parts, request, route, notes)
        : tooLarge
          ? refuseBody(request, notes.remarks)
          : await decide(
              parts,
              { id, left, request, path, route, instants, platform: parts.platformKeys.at(now, id) },
              notes,
            )
    // Clients judge the age of an answer by when it comes: it may have been held, or the clock was moved meanwhile.
    const answeredAt = clock.now()
    const signature = await signatureOf(outcome, signatureTime(clock, settings, answeredAt), ids)
    response = await respond(outcome, signature, id, answeredAt)
    return response
  } catch (bug) {
    const about = bug instanceof StoreUnavailable ? 'store' : 'bug'
    const message = isError(bug) ? bug.message : String(bug)
    notes.remarks.push({ about, text: bug instanceof StoreUnavailable ? bug.texts : { en: message, zh: message } })
    throw bug
  } finally {
    const { remarks, found: state, performedAt } = notes
    const durationMs = performance.now() - started
    // Each condition in a spread would copy an object.
    const ended: Ended = { id, at: now, durationMs, request, remarks, before: state.kept }
    if (performedAt !== undefined && performedAt !== now) ended.performedAt = performedAt
    if (response) ended.response = response
    if (operation) ended.operation = operation.id
    if (operation?.shaped && !planned && outcome?.status !== 401) ended.shaped = true
    if (outcome?.mchid) ended.mchid = outcome.mchid
    if (outcome?.code) ended.code = outcome.code
    if (Object.keys(state.changed).length > 0) ended.changed = state.changed
    const kept = journal.add(ended)
    // A client that has the answer must find it in the journal of every instance.
    if (kept) await kept
  }
}

function signatureOf(
  { body, caller, key }: Outcome,
  at: number,
  ids: IdSource,
): Promise<ResponseSignature> | undefined {
  if (!caller || !key) return undefined
  const answer = { timestamp: timestampOf(at), nonce: ids.nonce(), body }
  return signAnswer(answer, key, caller.brand ? BRAND_SIGNATURE_TYPE : SIGNATURE_TYPE)
}

/** Turns an outcome and its signature into an answer: assembles its header fields, and applies a planned fault. */
function respond(
  { status, body, contentType, byGateway, internalCode, caller, key, fault, diagnosis }: Outcome,
  signature: ResponseSignature | undefined,
  id: string,
  now: number,
): Awaitable<WireResponse> {
  const content = { bodyLength: body.length, contentType, now }
  const requestId = internalCode === undefined ? undefined : `${id}-${internalCode}`
  const response: WireResponse = {
    status,
    headers: byGateway ? gatewayHeaders(content) : responseHeaders({ ...content, requestId, signature, diagnosis }),
    body,
    ...(fault?.delivery && { delivery: deliveryOf(fault.delivery, body) }),
  }
  if (fault?.damage === undefined || !caller || !key) return response
  return damage(response, fault.damage, { right: key.privateKey, wrong: wrongKey(caller.merchant) })
}

/** An answer without a body cannot be cut in half, so nothing of it arrives. */
function deliveryOf(delivery: Delivery, body: Uint8Array): Delivery {
  return delivery.kind === 'half_body' && body.length === 0 ? { kind: 'empty' } : delivery
}

/** Rules that apply to every call, whatever its operation; listed in `docs/fidelity.md`. */
export const commonRules: readonly Rule[] = [
  {
    rule: 'An unknown path is answered with 404, and an unknown method of a path with 405: before authentication, and without a body.',
    evidence: 'observed',
    source: sources.probe,
  },
  {
    rule: 'The 404 or 405 comes before the check of Accept and User-Agent, for signed calls too; it has the header fields of a 204, and a Request-ID.',
    evidence: 'inferred',
  },
  {
    rule: 'Accept and User-Agent are checked before Authorization; pay endpoints can be called without User-Agent.',
    evidence: 'observed',
    source: sources.probe,
  },
  { rule: 'Pay endpoints can be called without Accept, too.', evidence: 'inferred' },
  { rule: 'Orders are the pay endpoints; refunds and bills are not.', evidence: 'observed', source: sources.probe },
  { rule: 'Combined orders are pay endpoints, and profit sharing is not.', evidence: 'inferred' },
  {
    rule: 'The timestamp is judged before mchid, serial_no and signature.',
    evidence: 'observed',
    source: sources.probe,
  },
  { rule: 'A 401 and a 400 for a missing User-Agent are not signed.', evidence: 'observed', source: sources.probe },
  {
    rule: 'On pay endpoints a 401 has no Request-ID unless the request names a known merchant.',
    evidence: 'observed',
    source: sources.probe,
  },
  {
    rule: 'A 204 has Content-Type: application/json; charset=utf-8 and Content-Length: 0.',
    evidence: 'observed',
    source: sources.noContent,
  },
  {
    rule: 'A value of the wrong JSON type is answered with 无法将 JSON 输入源“/body/…”映射到目标字段“…”中，此字段需要… and the value in detail, where a string, a 64-bit integer, an object or an array is needed; in a path, where an unsigned integer is.',
    evidence: 'observed',
    source: [sources.wrongNumber, sources.wrongText, sources.wrongType, sources.wrongInteger],
  },
  {
    rule: 'A wrong type is answered in the same way for a boolean (the wording is ours) and in a query.',
    evidence: 'inferred',
  },
  {
    rule: 'A field that is null counts as one that the call does not have: 请求中含有未在API文档中定义的参数. Reported of one call; that all calls and required fields do so is inferred.',
    evidence: 'reported',
    source: sources.nullField,
  },
]
