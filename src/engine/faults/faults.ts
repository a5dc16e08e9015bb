import { UsageError } from '../../wire/protocol/errors.ts'
import type { Awaitable } from '../../wire/shared/pieces.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { PostponedAttempts } from '../callbacks/postponed-attempts.ts'
import type { OperationDescription } from '../operation.ts'
import { type Documents, DocumentsCopy, type DocumentsDraft, documentKey } from '../state/documents.ts'
import { checkPlan, type ErrorOf, type Served } from './check-plan.ts'
import type { CallbackDamage } from './damage.ts'
import {
  CALLBACK_EFFECTS,
  type CallbackEffect,
  describePlan,
  type FaultPlan,
  happenedAsPlanned,
  isCallbackDamage,
  isCallbackEffect,
  type PlannedFault,
  share,
} from './fault-plan.ts'
import {
  type FaultyAttempt,
  type FaultyCall,
  type FiredFault,
  firedFault,
  fitsAttempt,
  fitsCall,
} from './fired-fault.ts'
import { HeldExchanges } from './held.ts'

interface CountedPlans {
  /** Those that happen, in the order in which they were planned. */
  readonly fired: readonly PlannedFault[]
  /** Those still to come. */
  readonly left: readonly PlannedFault[]
}

/**
 * Counts a call or an attempt for all plans that fit it.
 *
 * @param exclude whether of two plans that could both happen only the first does
 */
function countPlans(
  plans: readonly PlannedFault[],
  fitting: (fault: PlannedFault) => boolean,
  exclude: (one: PlannedFault, other: PlannedFault) => boolean,
): CountedPlans {
  const fired: PlannedFault[] = []
  const all = plans.map((fault) => {
    if (!fitting(fault)) return fault
    const counted = { ...fault, calls: fault.calls + 1 }
    if (fired.some((other) => exclude(other, fault)) || !isDue(counted)) return counted
    fired.push(counted)
    return afterwards(counted)
  })
  return { fired, left: all.filter(({ left }) => left !== 0) }
}

export function afterwards(fault: PlannedFault): PlannedFault {
  return { ...fault, fired: fault.fired + 1, ...(fault.left !== undefined && { left: fault.left - 1 }) }
}

/** Whether the fault happens to the call just counted. */
function isDue({ calls, nth = 1, percent, seed }: PlannedFault): boolean {
  return calls >= nth && (percent === undefined || share(seed, 'percent', calls) * 100 < percent)
}

export const PLANNED_FAULTS = documentKey<readonly PlannedFault[]>('faults')
/** How many faults were ever planned. */
const COUNT = documentKey<number>('fault-count')
const CLEARINGS = documentKey<number>('fault-clearings')

const NO_PLANS: readonly PlannedFault[] = []

/** Maximum number of faults that are still to come: each call is compared with all of them. */
export const FAULTS_LIMIT = 1_000

/** The planned faults, in the order in which they were planned. A document of the store holds them and how often each has happened. */
export class Faults {
  readonly #served: Served
  readonly #documents: Documents
  /** Callbacks that a fault has postponed or will duplicate. */
  readonly postponed: PostponedAttempts
  readonly held = new HeldExchanges()
  readonly #waiting = new Set<() => void>()

  /**
   * @param served what faults can happen to
   * @param documents of the mock's store
   */
  constructor(served: Served, documents: Documents = new DocumentsCopy()) {
    this.#served = served
    this.#documents = documents
    this.postponed = new PostponedAttempts(documents)
    documents.subscribe((names) => {
      if (!names.has(CLEARINGS.name)) return
      for (const end of this.#waiting) end()
      this.held.release()
    })
  }

  /**
   * Plans a fault for future authenticated calls.
   *
   * @throws UsageError `MOCK_OPERATION_UNKNOWN`; `MOCK_FAULT_UNKNOWN` if the operation has no such error; `MOCK_FAULT_PLAN` for a plan with too
   * many or too few members; `MOCK_FAULTS_LIMIT` if {@link FAULTS_LIMIT} are still to come
   */
  plan(plan: FaultPlan): Awaitable<PlannedFault> {
    const given = withoutGaps(plan)
    checkPlan(given, this.#served)
    const endless = given.always === true || (given.percent !== undefined && given.times === undefined)
    const times = given.times ?? 1
    return this.#documents.update((draft) => {
      const before = draft.get(PLANNED_FAULTS) ?? NO_PLANS
      if (before.length >= FAULTS_LIMIT) throw tooMany()
      const count = (draft.get(COUNT) ?? 0) + 1
      const planned = { ...given, ...(!endless && { times, left: times }), id: String(count), fired: 0, calls: 0 }
      draft.put(COUNT, count)
      draft.put(PLANNED_FAULTS, [...before, planned])
      return planned
    })
  }

  /**
   * Makes the next call of an operation fail with one of its errors, or of those that any call can have.
   *
   * ```ts
   * mock.faults.next(associateTradeInfo, 'linked_to_other_order')
   * ```
   */
  next<const Described extends Pick<OperationDescription, 'id' | 'errors'>>(
    operation: Described,
    error: ErrorOf<Described>,
    more: Omit<FaultPlan, 'operation' | 'error'> = {},
  ): Awaitable<PlannedFault> {
    return this.plan({ ...more, operation: operation.id, error })
  }

  /** Plans still to come, in the order in which they were planned. */
  get planned(): readonly PlannedFault[] {
    return this.#documents.get(PLANNED_FAULTS) ?? NO_PLANS
  }

  /** Plans that have not happened yet. */
  get unused(): readonly PlannedFault[] {
    return this.planned.filter(({ fired }) => fired === 0)
  }

  /** @throws UsageError `MOCK_FAULTS_LEFT`, listing the plans that never happened */
  assertAllUsed(): void {
    const { unused } = this
    if (unused.length === 0) return
    const list = unused.map((fault) => {
      const { calls, event } = fault
      const plan = describePlan(fault)
      return {
        en: `  ${plan}, which fitted ${calls} ${event === undefined ? 'calls' : 'attempts'}`,
        zh: `  ${plan}，符合条件的${event === undefined ? '请求' : '回调发送'}有 ${calls} 次`,
      }
    })
    throw new UsageError('MOCK_FAULTS_LEFT', {
      en: `${unused.length} planned faults never happened:\n${list.map(({ en }) => en).join('\n')}\nMake the calls, let the callbacks come, or remove the plans.`,
      zh: `有 ${unused.length} 个故障注入没有触发：\n${list.map(({ zh }) => zh).join('\n')}\n请发出这些请求，等待回调，或移除计划。`,
    })
  }

  /** Counts a call, and returns what happens to it: the first fault planned for it together with the first delay. */
  async take(call: FaultyCall): Promise<FiredFault | undefined> {
    const fired = await this.#count(
      (fault) => fitsCall(fault, call),
      (one, other) => (one.effect === 'delay') === (other.effect === 'delay'),
    )
    return fired.length === 0 ? undefined : firedFault(fired, call)
  }

  /** Counts an attempt to deliver a callback, and returns what happens to it: the first fault planned for it. */
  async takeAttempt(attempt: FaultyAttempt): Promise<FiredCallbackFault | undefined> {
    const [fired] = await this.#count(
      (fault) => fitsAttempt(fault, attempt),
      () => true,
    )
    return fired && firedCallbackFault(fired)
  }

  /** Returns the plans that happen, in order; of those that exclude each other, only the first. */
  #count(
    fitting: (fault: PlannedFault) => boolean,
    exclude: (one: PlannedFault, other: PlannedFault) => boolean,
  ): Awaitable<readonly PlannedFault[]> {
    if (!this.planned.some(fitting)) return NO_PLANS
    return this.#documents.update((draft) => {
      const { fired, left } = countPlans(draft.get(PLANNED_FAULTS) ?? NO_PLANS, fitting, exclude)
      putPlans(draft, left)
      return fired
    })
  }

  /** Waits on the machine's clock, or until the faults are cleared. */
  wait(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve()
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#waiting.delete(end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      this.#waiting.add(end)
    })
  }

  /** Removes a plan; what it has already postponed stays postponed. Returns whether there was such a plan. */
  remove(id: string): Awaitable<boolean> {
    return this.#documents.update((draft) => {
      const planned = draft.get(PLANNED_FAULTS) ?? NO_PLANS
      const others = planned.filter((fault) => fault.id !== id)
      if (others.length === planned.length) return false
      putPlans(draft, others)
      return true
    })
  }

  /**
   * Removes all plans, ends the delays under way, and lets through what is held.
   *
   * @param mchid limits it to plans for this merchant alone, and to what this process holds of it; delays under way go on
   */
  async clear(mchid?: string): Promise<void> {
    if (mchid === undefined) return this.#documents.update((draft) => this.clearIn(draft))
    await this.#documents.update((draft) => {
      putPlans(
        draft,
        (draft.get(PLANNED_FAULTS) ?? NO_PLANS).filter((fault) => fault.mchid !== mchid),
      )
    })
    this.held.release(mchid)
  }

  /** Does {@link clear} as part of a larger change. */
  clearIn(draft: DocumentsDraft): void {
    draft.delete(PLANNED_FAULTS)
    this.postponed.clearIn(draft)
    draft.put(CLEARINGS, (draft.get(CLEARINGS) ?? 0) + 1)
  }
}

function putPlans(draft: DocumentsDraft, plans: readonly PlannedFault[]): void {
  if (plans.length > 0) draft.put(PLANNED_FAULTS, plans)
  else draft.delete(PLANNED_FAULTS)
}

/** Drops members that are `undefined`, which callers in JavaScript may pass. */
function withoutGaps(plan: FaultPlan): FaultPlan {
  return Object.fromEntries(Object.entries(plan).filter(([, value]) => value !== undefined))
}

/** The effect of a planned fault on one attempt to deliver a callback. */
interface FiredCallbackFault {
  readonly effect: CallbackEffect
  /** Milliseconds on the mock's clock; 0 for all but `late`. */
  readonly lateMs: number
  /** Left out if the callback itself is correct. */
  readonly damage?: CallbackDamage
  /** For the journal. */
  readonly remark: Texts
  /** The plan, in its state before it happened. */
  readonly plan: PlannedFault
}

function firedCallbackFault(planned: PlannedFault): FiredCallbackFault | undefined {
  const { effect, lateMs = 0 } = planned
  if (!isCallbackEffect(effect)) return undefined
  return {
    effect,
    lateMs,
    ...(isCallbackDamage(effect) && { damage: effect }),
    remark: happenedAsPlanned(CALLBACK_EFFECTS[effect], planned),
    plan: planned,
  }
}

function tooMany(): UsageError {
  return new UsageError('MOCK_FAULTS_LIMIT', {
    en: `${FAULTS_LIMIT} faults are still to come: let calls meet some, or forget them with DELETE /_mock/faults or mock.faults.clear().`,
    zh: `已有 ${FAULTS_LIMIT} 个计划中的故障：请先让请求触发一些，或用 DELETE /_mock/faults 或 mock.faults.clear() 清除。`,
  })
}
