import { ALL, type CallsFor, defineCall, defineProduct, defineTable, defineThing } from 'wechatpay-mock'
import { z } from 'zod'

type Oddity = Readonly<Record<string, string>>

const oddityJson = z.record(z.string(), z.string()).meta({ id: 'Oddity' })

const routes = { addOddity: 'POST /oddities', changeOddity: 'POST /oddities/change' } as const

/** A product whose every name is hostile text: titles, states, facts, links, fields and options. One of its tables is shown by a definition, the other by its JSON. */
export function hostileProduct(names: readonly string[]) {
  const name = names.join(' ')
  const title = { en: name, zh: name }
  const tableNamed = <const Name extends string>(table: Name) =>
    defineTable({
      name: table,
      title,
      owner: () => '1900000001',
      key: ({ id = '' }: Oddity) => [id],
      indexes: {},
      sorted: { newest: { among: () => ALL, by: ({ id = '' }) => id } },
      json: oddityJson,
      fromJson: (json) => json,
      toJson: (row) => row,
      inJournal: true,
    })
  const oddities = tableNamed('oddities')
  const bare = tableNamed('bareOddities')
  const change = defineCall({
    summary: name,
    body: z.strictObject({ choice: z.enum(names), text: z.string().optional().meta({ description: name }) }),
    transitions: names.slice(1).map((to, i) => ({
      event: name,
      title: { en: to, zh: to },
      from: [names[i] ?? ''],
      to,
      by: 'hand' as const,
      body: { choice: names[0] },
    })),
    handle: () => undefined,
  })
  const calls = {
    addOddity: defineCall({
      summary: name,
      body: oddityJson,
      answer: oddityJson,
      handle: ({ body }, { mock }) =>
        mock.store.transaction(async (tx) => {
          await tx.in(oddities).save(body)
          await tx.in(bare).save(body)
          return body
        }),
    }),
    changeOddity: change,
  } satisfies CallsFor<typeof routes>
  const fields = [
    { member: 'choice', title, placeholder: title },
    { member: 'text', title, placeholder: title },
  ]
  const thing = defineThing(oddities, {
    one: title,
    none: title,
    search: { hint: title, texts: ({ id }) => [id] },
    show: (row) => row,
    life: {
      stages: names.map((state) => [{ name: state, title: { en: state, zh: state }, tone: 'calm' as const }]),
      transitions: [change],
    },
    heading: ({ id = '' }) => id,
    about: ({ id }) => id,
    facts: names.flatMap((one) =>
      (['beside', 'under', 'end'] as const).map((inList) => ({
        title: { en: `${inList} ${one}`, zh: `${inList} ${one}` },
        of: () => ({ en: one, zh: one }),
        to: ({ id = '' }: Oddity) => ({ table: bare, name: ['1900000001', id] }),
        inList,
      })),
    ),
    bars: [{ title, used: () => 1, limit: () => 2 }],
    actions: [{ title, call: 'changeOddity', fields, done: title }],
    makes: [{ title, call: 'changeOddity', fields }],
  })
  return defineProduct({
    id: 'oddities',
    title,
    operations: [],
    tables: [oddities, bare],
    routes,
    calls: async () => calls,
    things: async () => [thing],
  })
}
