import { z } from 'zod'
import { compareTexts } from '../../../src/wire/shared/texts.ts'
import type { DocumentFacts, FieldFacts, Fields } from '../../control/openapi/facts.ts'

const modelFact = z.object({
  type: z.string(),
  /** Omitted if the SDK does not say. */
  required: z.boolean().optional(),
  enum: z.array(z.string()).optional(),
})
const modelFields = z.record(z.string(), modelFact).nullish()

/** An SDK's knowledge of calls, as its program in `programs` writes it. */
export const modelCalls = z.array(
  z.object({
    /** `METHOD path`, or `webhook` with its id. */
    call: z.string(),
    /** Place in the SDK that says so. */
    method: z.string(),
    path: modelFields,
    query: modelFields,
    body: modelFields,
    answer: modelFields,
  }),
)

export type ModelCall = z.output<typeof modelCalls>[number]
type ModelFact = z.output<typeof modelFact>

/** A point in which the mock differs from an SDK. */
export interface Difference {
  /** Id of a call or webhook of the mock; for a call that the mock does not serve, its method and path. */
  readonly call: string
  /** Place in the call, e.g. `body /amount/total`; empty for the whole call. */
  readonly member: string
  readonly what: string
}

export const lineOf = ({ call, member, what }: Difference): string => `${[call, member].join(' ').trim()}: ${what}`

const PLACES = ['path', 'query', 'body', 'answer'] as const
type Place = (typeof PLACES)[number]

interface Served {
  readonly id: string
  readonly fields: Readonly<Record<Place, Fields>>
}

const NONE: Fields = new Map()
const WEBHOOK = 'webhook '

/** Calls that the mock serves, by `METHOD path`, and webhooks that it sends, by `webhook` with their ids. */
function servedBy(document: DocumentFacts): ReadonlyMap<string, Served> {
  const calls = document.callsBelow('/v3/').map((call): [string, Served] => {
    const { operationId, parameters, body = NONE, answer = NONE } = document.call(call)
    const path = below('path ', parameters)
    const query = below('query ', parameters)
    return [call, { id: operationId, fields: { path, query, body, answer } }]
  })
  const webhooks = document.webhooks.map((id): [string, Served] => {
    const envelope = document.contentOf(document.webhook(id).requestBody) ?? NONE
    const answer = below('/resource/ciphertext opened', envelope)
    return [WEBHOOK + id, { id: WEBHOOK + id, fields: { path: NONE, query: NONE, body: NONE, answer } }]
  })
  return new Map([...calls, ...webhooks])
}

function below(prefix: string, fields: Fields): Fields {
  const own = [...fields].filter(([name]) => name.startsWith(prefix))
  return new Map(own.map(([name, facts]) => [name.slice(prefix.length), facts]))
}

/** All differences between the mock's document and an SDK's models, each once, sorted by line. */
export function differences(models: readonly ModelCall[], document: DocumentFacts): Difference[] {
  const served = servedBy(document)
  const known = new Set(models.map(({ call }) => call))
  const unmodelled = [...served].filter(([call]) => !known.has(call))
  const found = [
    ...models.flatMap((model) => {
      const ours = served.get(model.call)
      return ours ? differencesOf(model, ours) : [{ call: model.call, member: '', what: 'not served' }]
    }),
    ...unmodelled.map(([, { id }]) => ({ call: id, member: '', what: 'the SDK has no model' })),
  ]
  const once = new Map(found.map((difference) => [lineOf(difference), difference]))
  return [...once].sort(([a], [b]) => compareTexts(a, b)).map(([, difference]) => difference)
}

/** Number of members that an SDK describes. */
export function membersIn(models: readonly ModelCall[]): number {
  const names = models.flatMap((model) =>
    PLACES.flatMap((place) => Object.keys(model[place] ?? {}).map((member) => `${model.call} ${place} ${member}`)),
  )
  return new Set(names).size
}

function differencesOf(model: ModelCall, { id, fields }: Served): Difference[] {
  return PLACES.flatMap((place) => {
    const theirs = model[place]
    if (!theirs) return []
    const differ = comparison(new Map(Object.entries(theirs)), fields[place], place)
    const where = model.call.startsWith(WEBHOOK) ? '' : `${place} `
    return differ.map(({ member, what }) => ({ call: id, member: where + member, what }))
  })
}

type Found = Pick<Difference, 'member' | 'what'>

function comparison(theirs: ReadonlyMap<string, ModelFact>, ours: Fields, place: Place): Found[] {
  const missing = outermost([...theirs.keys()].filter((member) => !ours.has(member)))
  const unknown = outermost([...ours.keys()].filter((member) => !theirs.has(member)))
  const differ = [...theirs].flatMap(([member, fact]) => {
    const own = ours.get(member)
    return own ? factDifferences(fact, own, place).map((what) => ({ member, what })) : []
  })
  return [
    ...missing.map((member) => ({ member, what: 'missing here' })),
    ...unknown.map((member) => ({ member, what: 'unknown to the SDK' })),
    ...differ,
  ]
}

/** Without members inside another one of the list. */
function outermost(members: readonly string[]): string[] {
  const isIn = (member: string, outer: string) => member.startsWith(`${outer}/`) || member.startsWith(`${outer}[]`)
  return members.filter((member) => !members.some((outer) => isIn(member, outer)))
}

function factDifferences(theirs: ModelFact, ours: FieldFacts, place: Place): string[] {
  return [
    ...typeDifference(theirs, ours, place),
    ...valueDifferences(theirs, ours),
    ...requiredDifference(theirs, ours, place),
  ]
}

/** A URL contains only text. */
function typeDifference(theirs: ModelFact, ours: FieldFacts, place: Place): string[] {
  if (place === 'path' || place === 'query' || ours.type === theirs.type) return []
  return [`${ours.type} here, ${theirs.type} in the SDK`]
}

function valueDifferences(theirs: ModelFact, ours: FieldFacts): string[] {
  const values = theirs.enum
  if (!values) return []
  if (!Array.isArray(ours.enum)) return [`any text here, only ${values.join(' ')} in the SDK`]
  const own = ours.enum.map(String)
  const missing = values.filter((value) => !own.includes(value)).join(' ')
  const unknown = own.filter((value) => !values.includes(value)).join(' ')
  return [...(missing ? [`without ${missing}`] : []), ...(unknown ? [`with ${unknown}, unknown to the SDK`] : [])]
}

/** An answer may promise more than the SDK requires. */
function requiredDifference(theirs: ModelFact, ours: FieldFacts, place: Place): string[] {
  if (theirs.required === undefined || theirs.required === ours.required) return []
  if (place === 'answer') return theirs.required ? ['not always here, required in the SDK'] : []
  return [ours.required ? 'required here, optional in the SDK' : 'optional here, required in the SDK']
}
