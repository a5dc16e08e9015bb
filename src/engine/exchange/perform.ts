import { z } from 'zod'
import { isWechatPayHost } from '../../wire/protocol/authorization.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { ApiError, type ErrorDefinition } from '../../wire/protocol/errors.ts'
import { isJsonObject } from '../../wire/protocol/json-object.ts'
import { giveWay } from '../../wire/shared/pieces.ts'
import { putIntoOutbox } from '../callbacks/notifications.ts'
import type { Clock } from '../clock.ts'
import type { WireRequest } from '../http-message.ts'
import type { Remark } from '../journal/journal.ts'
import type { KeyMode, Platform, PlatformKey } from '../keys/merchants.ts'
import { type Operation, type OperationContext, type ParsedInput, WholeAnswer } from '../operation.ts'
import type { Settings } from '../settings.ts'
import { accessByAccess, type Transaction, tryOut } from '../state/store.ts'
import {
  type Caller,
  type ExchangeParts,
  NO_BODY,
  type Notes,
  type Outcome,
  refuse,
  toWireJson,
} from './exchange-parts.ts'
import { parseInput } from './input.ts'

/** A call that passed all checks; from here on only its operation can refuse it. */
export interface AdmittedCall {
  /** The id of its exchange. */
  readonly id: string
  /** Gives a signal that is aborted when the client goes away, where the door can tell. */
  readonly left: (() => AbortSignal) | undefined
  readonly operation: Operation
  readonly request: WireRequest
  /** Variable segments of the path, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly caller: Caller
  readonly keyMode: KeyMode
  readonly platform: Platform
  /** Signs the answer. */
  readonly key: PlatformKey
  /** When the request came, epoch milliseconds. */
  readonly now: number
}

/** For a body larger than this, in bytes, other calls get a turn between the steps. */
const LARGE_BODY = 16_384

/** Parts of the mock that performing a call takes. */
export interface PerformingParts extends Pick<ExchangeParts, 'ids' | 'settings' | 'tell'> {
  readonly clock: Clock
  readonly store: Pick<ExchangeParts['store'], 'transaction'>
  readonly merchants: Pick<ExchangeParts['merchants'], 'find'>
}

/**
 * Performs a call: checks its fields and runs its operation, in one transaction unless it is lengthy.
 *
 * @param keep whether to keep the change; the answer is the same either way
 */
export async function perform(
  parts: PerformingParts,
  call: AdmittedCall,
  keep: boolean,
  notes: Notes,
): Promise<Outcome> {
  const { remarks, found } = notes
  const { operation, request, key } = call
  try {
    const parsed = requestOf(operation, call, parts.settings(), remarks)
    const isLarge = request.body.length > LARGE_BODY
    if (isLarge) await giveWay()
    const input = operation.prepare ? await operation.prepare(parsed, key) : parsed
    const work = (tx: Transaction) => {
      const context = contextOf(parts, call, tx)
      notes.performedAt = context.now
      return operation.handle(input, context)
    }
    const output = await (operation.lengthy
      ? work(accessByAccess(parts.store))
      : keep
        ? parts.store.transaction(work, undefined, found)
        : tryOut((undone) => parts.store.transaction(undone, undefined, found), work))
    if (isLarge) await giveWay()
    return success(output, call)
  } catch (error) {
    if (error instanceof ApiError) return refuse(error, call, remarks)
    throw error
  }
}

/** The request as today's page has it. @throws ApiError for the first field that fails */
function requestOf(
  operation: Operation,
  { request, params }: AdmittedCall,
  settings: Settings,
  remarks: Remark[],
): ParsedInput {
  const { formerlyDocumented, notes } = operation
  if (!formerlyDocumented || settings.formerlyDocumented === 'refuse') return parseInput(operation, request, params)
  const given = parseInput({ input: formerlyDocumented.input, notes }, request, params)
  const today = formerlyDocumented.withoutThem(given)
  remarks.push(...today.remarks.map((text): Remark => ({ about: 'former', text })))
  return today.input
}

function success(output: unknown, { operation, caller, key }: AdmittedCall): Outcome {
  const { fileType, status } = operation
  const { status: own, body: told } = output instanceof WholeAnswer ? output : { status, body: output }
  // The schema of a shaped answer is built from the same facts as the answer.
  const body = operation.shaped ? told : z.encode(operation.output, told)
  if (fileType !== undefined && body instanceof Uint8Array) {
    // Without caller and key it is not signed.
    return { status: 200, body, contentType: fileType, internalCode: 0, mchid: caller.merchant.mchid }
  }
  const nothing = body === undefined
  const answered = own ?? (nothing ? 204 : 200)
  const code = answered >= 400 && isJsonObject(body) ? body.code : undefined
  return {
    status: answered,
    body: nothing ? NO_BODY : Buffer.from(toWireJson(body)),
    internalCode: answered < 300 ? 0 : INTERNAL_CODES.unspecified,
    ...(typeof code === 'string' && { code }),
    caller,
    key,
    mchid: caller.merchant.mchid,
  }
}

function contextOf(
  { merchants, ids, settings, clock, tell }: PerformingParts,
  { operation, request, caller, keyMode, platform, key }: AdmittedCall,
  tx: Transaction,
): OperationContext<string> {
  // Only now, in its turn: the clock may have moved since the request came, and states that end by it have been told.
  const now = clock.now()
  const { host } = request.headers
  const scheme = request.secure ? 'https' : 'http'
  return {
    tx,
    now,
    caller: caller.merchant,
    keyMode,
    platform,
    platformKey: key,
    merchantOf: (mchid) => merchants.find(mchid),
    ...(host !== undefined && !isWechatPayHost(host.replace(/:\d*$/, '')) && { origin: `${scheme}://${host}` }),
    settings: settings(),
    ids,
    tell: (thing) => tell(tx, { ...thing, mchid: caller.merchant.mchid, now }),
    notify: (notification) => putIntoOutbox(tx, notification, { now, ids }),
    fail(reason, explanation) {
      const definition: ErrorDefinition | undefined = operation.errors[reason]
      throw definition
        ? new ApiError(definition, { key: reason, ...(explanation !== undefined && { explanation }) })
        : new Error(
            `${operation.id} failed with ${reason}, which is none of its errors: ${Object.keys(operation.errors).join(', ') || 'it declares none'}.`,
          )
    },
  }
}
