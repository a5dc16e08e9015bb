import { catalogueIndex, type FieldFacts } from '../../src/catalogue/facts.ts'
import type { ShapedOperation } from '../../src/catalogue/shaped-operation.ts'
import { apiDocument } from '../../src/control/calls/operations.ts'
import type { Operation } from '../../src/engine/operation.ts'
import { commonErrors } from '../../src/wire/protocol/common-errors.ts'
import type { ErrorDefinition } from '../../src/wire/protocol/errors.ts'
import { DocumentFacts, type Fields } from '../../test/control/openapi/facts.ts'
import { servedCalls } from './documented-calls.ts'

/** A fact on the page of a simulated call that differs from the mock. */
export interface Difference {
  /** Id of the call. */
  readonly call: string
  /** For example `body/amount/currency length`, or `error 403 NO_AUTH`. */
  readonly fact: string
  readonly ours: string
  readonly page: string
  /** An error of ours that the page lacks, or words differently. */
  readonly error?: ErrorDefinition
}

/** A simulated call, and its page. */
export interface ComparedCall {
  readonly operation: Operation
  readonly page: ShapedOperation
}

/** Every simulated call with a page. Calls known only from the second source lack lengths and errors there. */
export const comparedCalls = servedCalls.flatMap(({ operation, page }): readonly ComparedCall[] =>
  page && !operation.shaped && !page.facts.reported ? [{ operation, page }] : [],
)

/** Stands for a side that does not state the fact. */
const NONE = '–'

export async function findDifferences(): Promise<readonly Difference[]> {
  const operations = comparedCalls.map(({ operation }) => operation)
  const parts = { calls: [], operations, events: [], version: '', serverUrl: 'http://localhost' }
  const document = new DocumentFacts(await apiDocument(parts))
  return comparedCalls.flatMap((call) => differencesOf(call, document))
}

function differencesOf(call: ComparedCall, document: DocumentFacts): readonly Difference[] {
  const found = [...fieldDifferences(call, document), ...errorDifferences(call)]
  return found.map((one) => ({ ...one, call: call.operation.id }))
}

type Found = Omit<Difference, 'call'>

/** The compared properties of a field. */
interface Field {
  readonly type: string
  readonly required: boolean
  readonly title?: string | undefined
  /** In characters for a text, in entries for a list. */
  readonly length?: number | undefined
  readonly values?: readonly string[] | undefined
}

type Place = 'path' | 'query' | 'body' | 'answer'

function fieldDifferences({ operation, page }: ComparedCall, document: DocumentFacts): readonly Found[] {
  const { params, query, body, answer } = page.facts
  const own = document.call(`${operation.method} ${operation.path}`)
  const given: Readonly<Record<Place, readonly FieldFacts[] | undefined>> = { path: params, query, body, answer }
  return (['path', 'query', 'body', 'answer'] as const).flatMap((place) => {
    const ours = place === 'path' || place === 'query' ? parametersIn(own.parameters, place) : own[place]
    return differencesIn(place, fieldsOf(given[place] ?? []), ownFields(ours ?? new Map()))
  })
}

/** The parameters of a path or a query, named like members of a body. */
function parametersIn(parameters: Fields, place: 'path' | 'query'): Fields {
  const own = [...parameters].filter(([name]) => name.startsWith(`${place} `))
  return new Map(own.map(([name, facts]) => [name.replace(`${place} `, '/'), facts]))
}

/** The fields of a page for direct merchants, by their place: `/a/b` is a member of a member, `[]` an entry of a list. */
function fieldsOf(facts: readonly FieldFacts[], at = ''): ReadonlyMap<string, Field> {
  return new Map(
    facts.flatMap((field): readonly (readonly [string, Field])[] => {
      if (field.for === 'partner') return []
      // A member without a title is called by its name.
      const { name, type, title = name, list, max, entries, values, members = [] } = field
      const place = `${at}/${name}`
      const required = field.required === true || field.required === 'merchant'
      const isText = type === 'string' && values === undefined
      const one = { type, title, values: values?.toSorted(), length: isText ? max : undefined }
      if (!list) return [[place, { ...one, required }], ...fieldsOf(members, place)]
      const all = { type: 'array', required, title, length: entries?.[1] ?? (type === 'string' ? undefined : max) }
      return [
        [place, all],
        [`${place}[]`, { ...one, title: undefined, required: true }],
        ...fieldsOf(members, `${place}[]`),
      ]
    }),
  )
}

function ownFields(fields: Fields): ReadonlyMap<string, Field> {
  return new Map(
    [...fields].map(([place, { type, required, enum: values, maxLength, maxItems, 'x-field-title': title }]) => [
      place,
      {
        type,
        required,
        ...(typeof title === 'string' && !place.endsWith('[]') && { title }),
        ...(Array.isArray(values) && { values: values.map(String) }),
        ...(!values && { length: (maxLength ?? maxItems) as number | undefined }),
      },
    ]),
  )
}

function differencesIn(
  place: Place,
  given: ReadonlyMap<string, Field>,
  ours: ReadonlyMap<string, Field>,
): readonly Found[] {
  const named = (name: string) => `${place}${name}`
  const lacking = (some: ReadonlyMap<string, Field>, others: ReadonlyMap<string, Field>) => {
    const names = [...some.keys()].filter((name) => !others.has(name))
    return names.filter((name) => !names.some((outer) => name.startsWith(`${outer}/`) || name === `${outer}[]`))
  }
  return [
    ...lacking(given, ours).map((name) => ({ fact: named(name), ours: NONE, page: shown(given.get(name)) })),
    ...lacking(ours, given).map((name) => ({ fact: named(name), ours: shown(ours.get(name)), page: NONE })),
    ...[...given].flatMap(([name, page]) => {
      const own = ours.get(name)
      if (!own) return []
      return (['type', 'required', 'title', 'length', 'values'] as const)
        .filter((key) => (place === 'answer' ? isUnexpected(key, own, page) : isOtherwise(key, own, page)))
        .map((key) => ({ fact: `${named(name)} ${key}`, ours: worded(own[key]), page: worded(page[key]) }))
    }),
  ]
}

/** Whether a request is checked differently. If ours lists the values, their length is irrelevant. */
function isOtherwise(key: keyof Field, own: Field, page: Field): boolean {
  if (key === 'length' && own.values) return false
  return JSON.stringify(own[key]) !== JSON.stringify(page[key])
}

/** Whether an answer may differ from what its page has clients expect. It may promise more: a field that is always present, a lower limit. */
function isUnexpected(key: keyof Field, own: Field, page: Field): boolean {
  switch (key) {
    case 'type':
      return own.type !== page.type
    case 'required':
      return page.required && !own.required
    case 'title':
      return false
    case 'length':
      return own.length !== undefined && page.length !== undefined && own.length > page.length
    case 'values':
      return page.values !== undefined && (own.values ?? []).some((value) => !page.values?.includes(value))
  }
}

function shown(field: Field | undefined): string {
  const { type = '', length, required } = field ?? {}
  return `${type}${length === undefined ? '' : `(${length})`}${required ? ', required' : ''}`
}

function worded(value: Field[keyof Field]): string {
  if (typeof value === 'boolean') return value ? 'required' : 'optional'
  if (value === undefined) return NONE
  return typeof value === 'object' ? value.join(' ') : String(value)
}

type Row = Pick<ErrorDefinition, 'status' | 'code' | 'message'>

const rowOf = ({ status, code, message }: Row) => `${status} ${code} ${message}`

function pageRows({ facts }: ShapedOperation): readonly Row[] {
  return facts.errors.map(([status, code, message]) => ({ status, code, message }))
}

function errorDifferences({ operation, page }: ComparedCall): readonly Found[] {
  const listed = pageRows(page)
  const onEveryPage = catalogueIndex.errors.map(([status, code, message]) => rowOf({ status, code, message }))
  const known = new Set([...listed.map(rowOf), ...onEveryPage])
  const own = new Map(Object.values(operation.errors).map((error): [string, ErrorDefinition] => [rowOf(error), error]))
  const common = Object.values(commonErrors).map(rowOf)
  const extra = new Map([...own].filter(([row]) => !known.has(row)))
  const missing = listed
    .filter((row) => !own.has(rowOf(row)) && !common.includes(rowOf(row)))
    .map(({ status, code, message }): Found => {
      const fact = `error ${status} ${code}`
      // An error of ours with other words, if there is one.
      const [row, error] = [...extra].find(([, one]) => one.status === status && one.code === code) ?? []
      if (row !== undefined) extra.delete(row)
      return { fact, ours: error?.message ?? NONE, page: message, ...(error && { error }) }
    })
  return [
    ...missing,
    ...[...extra.values()].map((error) => {
      const { status, code, message } = error
      return { fact: `error ${status} ${code}`, ours: message, page: NONE, error }
    }),
  ]
}

/** Number of errors that the page of a call lists, besides those of every page, and how many of them rules cause. */
export function countErrors(call: ComparedCall): { readonly caused: number; readonly listed: number } {
  const missing = errorDifferences(call).filter(({ ours }) => ours === NONE)
  // Named by their codes: they can only be planned.
  const planned = Object.entries(call.operation.errors).filter(([key, { code }]) => key.split(' ')[0] === code)
  const listed = call.page.facts.errors.length
  return { caused: listed - missing.length - planned.length, listed }
}
