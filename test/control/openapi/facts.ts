/** Facts of an OpenAPI document about calls, flattened so that two documents can be compared. */

type Json = Readonly<Record<string, unknown>>

/** Facts about one field. */
export interface FieldFacts {
  readonly required: boolean
  readonly type: string
  readonly [limit: string]: unknown
}

/** Fields by place: `/a/b` is a member of a member, `[]` an entry of a list. */
export type Fields = ReadonlyMap<string, FieldFacts>

export interface CallFacts {
  readonly operationId: string
  /** By `path name`, `query name` and `header name`. */
  readonly parameters: Fields
  readonly body: Fields | undefined
  readonly success: string
  readonly answer: Fields | undefined
}

const LIMITS = [
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'enum',
  'default',
  'x-field-title',
] as const

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const objectOf = (value: unknown): Json => (isObject(value) ? value : {})

/** Reads one document. */
export class DocumentFacts {
  readonly #document: Json

  constructor(document: unknown) {
    this.#document = objectOf(document)
  }

  /** `METHOD path` of every call below a path. */
  callsBelow(prefix: string): readonly string[] {
    return Object.entries(objectOf(this.#document.paths))
      .filter(([path]) => path.startsWith(prefix))
      .flatMap(([path, item]) =>
        Object.keys(objectOf(item))
          .filter((method) => method !== 'parameters')
          .map((method) => `${method.toUpperCase()} ${path}`),
      )
  }

  /** The unprocessed call from the document. */
  raw(call: string): Json {
    const [method = '', path = ''] = call.split(' ')
    return objectOf(objectOf(objectOf(this.#document.paths)[path])[method.toLowerCase()])
  }

  webhook(name: string): Json {
    return objectOf(objectOf(objectOf(this.#document.webhooks)[name]).post)
  }

  get webhooks(): readonly string[] {
    return Object.keys(objectOf(this.#document.webhooks))
  }

  call(call: string): CallFacts {
    const [, path = ''] = call.split(' ')
    const raw = this.raw(call)
    const shared = objectOf(objectOf(this.#document.paths)[path]).parameters
    const [success = '', answer] =
      Object.entries(objectOf(raw.responses)).find(([status]) => /^20[014]$/.test(status)) ?? []
    return {
      operationId: String(raw.operationId),
      parameters: this.#parametersOf([...this.#list(shared), ...this.#list(raw.parameters)]),
      body: this.contentOf(raw.requestBody),
      success,
      answer: this.contentOf(answer),
    }
  }

  /** Fields of a JSON body; for an upload, those of its part named meta. */
  contentOf(message: unknown): Fields | undefined {
    const content = objectOf(this.#resolve(message).content)
    const { meta } = objectOf(objectOf(objectOf(content['multipart/form-data']).schema).properties)
    const json = objectOf(content['application/json']).schema ?? meta
    return json === undefined ? undefined : this.fieldsOf(json)
  }

  fieldsOf(schema: unknown): Fields {
    const fields = new Map<string, FieldFacts>()
    this.#collect(this.#resolve(schema), '', fields)
    return fields
  }

  #parametersOf(parameters: readonly unknown[]): Fields {
    return new Map(
      parameters.map((parameter): [string, FieldFacts] => {
        const { name, in: place, required = false, schema } = this.#resolve(parameter)
        return [`${place} ${name}`, this.#factsOf(this.#resolve(schema), required === true)]
      }),
    )
  }

  #collect(schema: Json, place: string, fields: Map<string, FieldFacts>): void {
    for (const variant of this.#variantsOf(schema)) {
      const required = this.#list(variant.required)
      for (const [name, member] of Object.entries(objectOf(variant.properties))) {
        const inner = this.#resolve(member)
        fields.set(`${place}/${name}`, this.#factsOf(inner, required.includes(name)))
        this.#collect(inner, `${place}/${name}`, fields)
        const sealed = inner.contentSchema
        if (sealed !== undefined) this.#collect(this.#resolve(sealed), `${place}/${name} opened`, fields)
      }
      if (variant.items !== undefined) {
        const inner = this.#resolve(variant.items)
        fields.set(`${place}[]`, this.#factsOf(inner, true))
        this.#collect(inner, `${place}[]`, fields)
      }
    }
  }

  #factsOf(schema: Json, required: boolean): FieldFacts {
    const facts: Record<string, unknown> = {}
    const types = new Set<string>()
    for (const variant of this.#variantsOf(schema)) {
      for (const type of [variant.type].flat()) types.add(String(type))
      for (const limit of LIMITS) {
        if (variant[limit] !== undefined) facts[limit] = variant[limit]
      }
      if (variant.const !== undefined) facts.enum = [variant.const]
      if (Array.isArray(facts.enum)) facts.enum = facts.enum.toSorted()
    }
    return { ...facts, required, type: [...types].sort().join('|') }
  }

  #variantsOf(schema: Json): readonly Json[] {
    const variants = this.#list(schema.oneOf ?? schema.anyOf)
    return variants.length === 0 ? [schema] : variants.flatMap((variant) => this.#variantsOf(this.#resolve(variant)))
  }

  /** The target of a reference, merged with the reference's siblings. */
  #resolve(value: unknown): Json {
    const object = objectOf(value)
    const { $ref, ...beside } = object
    if (typeof $ref !== 'string') return object
    const target = $ref
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((inner, key) => objectOf(inner)[key], this.#document)
    if (target === undefined) throw new Error(`${$ref} leads nowhere`)
    return { ...this.#resolve(target), ...beside }
  }

  #list(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : []
  }
}

/**
 * Differences between two sets of fields, one per line: place, fact, the given value and ours.
 *
 * In answers ours may promise more: a field that is always present, a limit where the given one has none.
 */
export function differences(place: string, given: Fields, ours: Fields, direction: 'request' | 'answer'): string[] {
  const lines: string[] = []
  const missing: string[] = []
  const isBelow = (field: string, parents: readonly string[]) => parents.some((parent) => field.startsWith(parent))
  for (const [field, facts] of given) {
    if (isBelow(field, missing)) continue
    const own = ours.get(field)
    if (!own) {
      missing.push(`${field}/`, `${field}[]`)
      lines.push(`${place} ${field}: ours has it not`)
      continue
    }
    // Titles matter only in error texts of requests; the document does not give all of them.
    const keys = new Set([...Object.keys(facts), ...Object.keys(own)])
    for (const key of [...keys].filter((key) => key !== 'x-field-title' || facts[key] !== undefined)) {
      if (direction === 'answer' && agreesInAnswer(key, facts[key])) continue
      const [a, b] = [JSON.stringify(facts[key]) ?? 'none', JSON.stringify(own[key]) ?? 'none']
      if (a !== b) lines.push(`${place} ${field} ${key}: given ${a}, ours ${b}`)
    }
  }
  const extra: string[] = []
  for (const field of ours.keys()) {
    if (given.has(field) || isBelow(field, extra)) continue
    extra.push(`${field}/`, `${field}[]`)
    lines.push(`${place} ${field}: only ours has it`)
  }
  return lines
}

function agreesInAnswer(key: string, given: unknown): boolean {
  if (given === undefined) return true
  if (key === 'required') return given === false
  return key === 'x-field-title'
}
