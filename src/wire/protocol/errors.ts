import type { Texts } from '../shared/texts.ts'
import type { Source } from './sources.ts'

/**
 * Where a fact about the real service comes from, the surest first: its own documents, answers of the live service that developers published, a
 * report on the vendor's forum, the documents of a sister endpoint, or our own inference.
 */
export const EVIDENCE = ['documented', 'observed', 'reported', 'sibling', 'inferred'] as const

export type Evidence = (typeof EVIDENCE)[number]

/** One way a call can fail, as the service reports it. */
export interface ErrorDefinition {
  /** HTTP status of the answer. */
  readonly status: number
  /** `code` member of the JSON body, e.g. `RESOURCE_NOT_EXISTS`; empty, like `message`, if the answer has no body. */
  readonly code: string
  /** `message` member of the JSON body, in the language the service uses. */
  readonly message: string
  /** The caller's mistake; for the journal, unless a more precise explanation is given, and for the generated error tables. */
  readonly when: Texts
  readonly evidence: Evidence
  /** Evidence for the error. Default for a documented error: the page of its call. */
  readonly source?: Source | readonly Source[]
  /** Number behind the `Request-ID`, if known (protocol.md 5.4). */
  readonly internalCode?: number
}

/** Whether the answer has a body; an unknown path, for one, is answered without (corrections 2). */
export function hasBody({ code }: Pick<ErrorDefinition, 'code'>): boolean {
  return code !== ''
}

/** `detail` member of an error body. Its members differ from check to check. */
export type ErrorDetail = Readonly<Record<string, unknown>>

/**
 * An error that the simulated service puts on the wire.
 *
 * Misuse of this package throws {@link UsageError} instead, and is never turned into an answer of the service.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly definition: ErrorDefinition
  readonly detail: ErrorDetail | undefined
  /** Its name among the errors of its operation, as planned faults name it; left out for errors that any call has. */
  readonly key: string | undefined
  /** Explanation for the journal, which the wire does not carry. */
  readonly explanation: Texts

  /** `message` replaces the definition's if the text depends on the request. */
  constructor(
    definition: ErrorDefinition,
    options: {
      key?: string
      message?: string
      detail?: ErrorDetail
      explanation?: Texts | undefined
      cause?: unknown
    } = {},
  ) {
    super(options.message ?? definition.message, { cause: options.cause })
    this.definition = definition
    this.detail = options.detail
    this.key = options.key
    this.explanation = options.explanation ?? definition.when
  }

  get status(): ErrorDefinition['status'] {
    return this.definition.status
  }

  get code(): string {
    return this.definition.code
  }

  /** The answer's body, keys in the alphabetical order that the live service writes. */
  toJSON(): { code: string; detail?: ErrorDetail; message: string } {
    return { code: this.code, ...(this.detail && { detail: this.detail }), message: this.message }
  }
}

/** `MOCK_…`: stable names of the ways in which this package can be used wrongly. */
export type UsageErrorCode = `MOCK_${string}`

/**
 * Misuse of the mock. Thrown by the call, with a message that says what to do; the control API answers it with 400, or
 * with a more specific status such as 404 or 409.
 *
 * `message` is the English text, whatever the language of the mock; to show an error to a person, take theirs from `texts`.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code: UsageErrorCode
  /** The offending value, as a JSON pointer into the input; empty if no single value is to blame. */
  readonly path: string
  readonly texts: Texts

  constructor(code: UsageErrorCode, texts: Texts, options: { path?: string; cause?: unknown } = {}) {
    super(texts.en, { cause: options.cause })
    this.code = code
    this.texts = texts
    this.path = options.path ?? ''
  }
}

/** Misuse by one value of the input. @param path its place, as {@link UsageError.path} */
export function refusalAt(path: string, code: UsageErrorCode, texts: Texts): UsageError {
  return new UsageError(code, texts, { path })
}
