import { commonErrors } from '../protocol/common-errors.ts'
import { type ErrorDefinition, UsageError } from '../protocol/errors.ts'
import type { OperationDescription } from './operation.ts'

/** What is to go wrong, in place of what the next calls would have been answered with. */
export interface FaultPlan {
  /** Id of the operation, e.g. `associateTradeInfo`. Left out: any operation that has such an error. */
  readonly operation?: string
  /** Key of one of the operation's `errors`, or of the errors that any call has, e.g. `rate_limited`, `system_error`. */
  readonly error: string
  /** How many calls it happens to. Default: 1. */
  readonly times?: number
}

/** A plan, and how much of it is still to come. */
export interface PlannedFault extends FaultPlan {
  readonly times: number
  /** Calls that it still happens to. */
  readonly left: number
}

/** The faults that are planned for the next calls, in the order they were planned in. */
export class Faults {
  readonly #operations: readonly OperationDescription[]
  #planned: PlannedFault[] = []

  constructor(operations: readonly OperationDescription[]) {
    this.#operations = operations
  }

  /**
   * Plans a fault: the next `times` authenticated calls that match are answered with the error, and change nothing.
   *
   * @throws UsageError `MOCK_OPERATION_UNKNOWN`; `MOCK_FAULT_UNKNOWN` when the operation has no such error
   */
  plan({ operation, error, times = 1 }: FaultPlan): PlannedFault {
    const named = this.#operations.filter(({ id }) => operation === undefined || id === operation)
    if (named.length === 0) {
      throw new UsageError(
        'MOCK_OPERATION_UNKNOWN',
        `The mock has no operation ${operation}. It has: ${this.#operations.map(({ id }) => id).join(', ')}.`,
        { path: '/operation' },
      )
    }
    if (!named.some((one) => errorOf(one, error))) {
      const known = [...new Set([...named.flatMap(({ errors }) => Object.keys(errors)), ...Object.keys(commonErrors)])]
      throw new UsageError(
        'MOCK_FAULT_UNKNOWN',
        `${operation ?? 'The mock'} has no error ${error}. There are: ${known.join(', ')}.`,
        { path: '/error' },
      )
    }
    const planned = { ...(operation !== undefined && { operation }), error, times, left: times }
    this.#planned.push(planned)
    return planned
  }

  /** Those that are still to come, in the order they were planned in. */
  get planned(): readonly PlannedFault[] {
    return this.#planned
  }

  /** Takes the first fault that is planned for a call of an operation. */
  take(operation: OperationDescription): ErrorDefinition | undefined {
    for (const [i, fault] of this.#planned.entries()) {
      const definition = errorOf(operation, fault.error)
      if (!definition || (fault.operation !== undefined && fault.operation !== operation.id)) continue
      this.#planned = this.#planned.with(i, { ...fault, left: fault.left - 1 }).filter(({ left }) => left > 0)
      return definition
    }
    return undefined
  }

  clear(): void {
    this.#planned = []
  }
}

/** An error of the operation itself, or one that any call has. */
function errorOf({ errors }: OperationDescription, key: string): ErrorDefinition | undefined {
  if (Object.hasOwn(errors, key)) return errors[key]
  return isCommon(key) ? commonErrors[key] : undefined
}

function isCommon(key: string): key is keyof typeof commonErrors {
  return Object.hasOwn(commonErrors, key)
}
