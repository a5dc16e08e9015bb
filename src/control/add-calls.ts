import { z } from 'zod'
import { misfitText } from '../engine/misfit-texts.ts'
import type { Mock } from '../engine/mock.ts'
import type { Settings } from '../engine/settings.ts'
import type { Transaction } from '../engine/state/store.ts'
import type { RowDefaults } from '../engine/state/table.ts'
import { placed } from '../world/read-input.ts'
import { type Call, defineCall } from './call.ts'

/** The most things that one call takes. */
const LIST_LIMIT = 10_000

const TOO_MANY = misfitText({
  en: `at most ${LIST_LIMIT.toLocaleString('en')} in one call`,
  zh: `一次最多 ${LIST_LIMIT.toLocaleString('zh')} 项`,
})

/** What a thing that is added is completed with. */
export interface AddDefaults extends RowDefaults {
  readonly settings: Settings
}

/**
 * Declares the two calls that add things of a kind, one or a list of them. They share a route: in the table, the call for a list comes first and
 * names both in the OpenAPI document.
 */
export function defineAddCalls<Json extends z.ZodType, Made extends z.ZodType>({
  json,
  made,
  add,
  ...traits
}: Pick<Call, 'summary' | 'refusals'> & {
  /** What one thing is described by. */
  readonly json: Json
  /** What is answered for one thing. */
  readonly made: Made
  add(tx: Transaction, json: z.output<Json>, defaults: AddDefaults): Promise<z.input<Made>>
}): {
  readonly one: Call<undefined, undefined, Json, Made>
  readonly many: Call<undefined, undefined, z.ZodReadonly<z.ZodArray<Json>>, z.ZodArray<Made>>
} {
  // The compiler cannot relate the output of schemas that are still generic.
  const body: z.ZodType<z.output<Json> | z.output<Json>[]> = oneOrMany(json)
  const answer: z.ZodType<unknown, z.input<Made> | z.input<Made>[]> = oneOrMany(made)
  const call: Call = defineCall<undefined, undefined, typeof body, typeof answer>({
    ...traits,
    body,
    status: 201,
    answer,
    handle: ({ body }, { mock }) => addAll(mock, body, add),
  })
  // It answers one thing with one and a list with a list; each of the two types states one half of that.
  return { one: call, many: call } as ReturnType<typeof defineAddCalls<Json, Made>>
}

function oneOrMany<Schema extends z.ZodType>(schema: Schema) {
  return z.union([schema, z.array(schema).max(LIST_LIMIT, TOO_MANY)])
}

type Add<Json, Made> = (tx: Transaction, json: Json, defaults: AddDefaults) => Promise<Made>

/** Adds one thing, or all things of a list or none. */
function addAll<Json, Made>(mock: Mock, body: Json | Json[], add: Add<Json, Made>): Promise<Made | Made[]> {
  return mock.inTurn(async (tx, now) => {
    const defaults = { now, ids: mock.ids, defaultMchid: mock.defaultMerchant.mchid, settings: mock.settings }
    if (!Array.isArray(body)) return add(tx, body, defaults)
    const made: Made[] = []
    for (const [i, json] of body.entries()) {
      made.push(
        await add(tx, json, defaults).catch((error: unknown) => {
          throw placed(`/${i}`, error)
        }),
      )
    }
    return made
  })
}
