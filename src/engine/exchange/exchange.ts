import { performance } from 'node:perf_hooks'
import { isError } from '../../shared/is-error.ts'
import { pathOf, type WireRequest, type WireResponse } from '../http-message.ts'
import { signatureTime } from '../settings.ts'
import { StoreUnavailable } from '../state/store-unavailable.ts'
import { decide, operationAsPlanned, refuseMiss } from './decide.ts'
import type { ExchangeParts, Notes } from './exchange-parts.ts'
import { FoundState } from './found-state.ts'
import { type Outcome, refuseBody } from './outcome.ts'
import { respond, signatureOf } from './respond.ts'

/**
 * Runs one exchange, from the bytes of a request to the bytes of its answer, with its one instant, its id and its entry in the journal.
 *
 * Rejects on a bug in the mock and on a lost store; the journal has the exchange even then.
 *
 * @param tooLarge whether the body is larger than the service accepts
 */
export async function exchange(parts: ExchangeParts, request: WireRequest, tooLarge: boolean): Promise<WireResponse> {
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
          : await decide(parts, { id, request, path, route, instants, platform: parts.platformKeys.at(now, id) }, notes)
    const signature = await signatureOf(outcome, instants.signatures, ids)
    response = await respond(outcome, signature, id, now)
    return response
  } catch (bug) {
    const about = bug instanceof StoreUnavailable ? 'store' : 'bug'
    const message = isError(bug) ? bug.message : String(bug)
    notes.remarks.push({ about, text: bug instanceof StoreUnavailable ? bug.texts : { en: message, zh: message } })
    throw bug
  } finally {
    const kept = journal.add({
      id,
      at: now,
      durationMs: performance.now() - started,
      request,
      ...(response && { response }),
      ...(operation && { operation: operation.id }),
      ...(operation?.shaped && !planned && outcome?.status !== 401 && { shaped: true }),
      ...(outcome?.mchid && { mchid: outcome.mchid }),
      ...(outcome?.code && { code: outcome.code }),
      remarks: notes.remarks,
      before: notes.found.kept,
      ...(Object.keys(notes.found.changed).length > 0 && { changed: notes.found.changed }),
    })
    // A client that has the answer must find it in the journal of every instance.
    if (kept) await kept
  }
}
