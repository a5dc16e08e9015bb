import { type CallFacts, englishOf, type FieldFacts } from '../../src/catalogue/facts.ts'
import { addressOf, type Plan, variablesOf } from './plan.ts'

/** The files of a product and of its test, by their paths, before they are formatted. */
export function filesOf(plan: Plan): ReadonlyMap<string, string> {
  const names = namesOf(plan)
  const at = `src/products/${plan.folder}`
  return new Map([
    [`${at}/${names.file}.ts`, table(plan, names)],
    [`${at}/${names.callFile}.ts`, apiCalls(plan, names)],
    [`${at}/operations.ts`, `export { ${names.operations.join(', ')} } from './${names.callFile}.ts'\n`],
    [`${at}/routes.ts`, routes(plan, names)],
    [`${at}/control-calls.ts`, controlCalls(plan, names)],
    [`${at}/index.ts`, product(plan, names)],
    [`test/products/${plan.folder}/${plan.folder}.test.ts`, test(plan, names)],
    [`test/operations/errors/${plan.folder}.ts`, recipes(plan, names)],
  ])
}

/** The names that a product has in code. */
interface Names {
  readonly product: string
  readonly row: string
  readonly rows: string
  /** The row as a type. */
  readonly Row: string
  /** The rows in a path of the control API. */
  readonly path: string
  readonly file: string
  readonly callFile: string
  /** The API calls, in the order of the alphabet. */
  readonly operations: readonly string[]
}

/** The name of a product in code; another one than that of its rows. */
export function productNameOf({ folder, one }: Plan): string {
  const name = camelCase(folder)
  return name === plural(camelCase(one)) ? `${name}Product` : name
}

function namesOf(plan: Plan): Names {
  const { one, create, look, more } = plan
  const row = camelCase(one)
  const path = plural(one)
    .replaceAll(/[^a-z0-9]+/gi, '-')
    .toLowerCase()
  return {
    product: productNameOf(plan),
    row,
    rows: plural(row),
    Row: capitalized(row),
    path,
    file: path,
    callFile: `${one.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}-calls`,
    operations: [...(create ? [create] : []), look, ...more].map(idOf).toSorted(),
  }
}

const summaryOf = (call: CallFacts) => englishOf(addressOf(call))
const idOf = (call: CallFacts) => camelCase(summaryOf(call))
const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
const plural = (noun: string) =>
  /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}${/(?:[sxz]|[cs]h)$/.test(noun) ? 'es' : 's'}`
const article = (noun: string) => (/^[aeio]/.test(noun) ? 'an' : 'a')

function camelCase(words: string): string {
  return words
    .replaceAll("'", '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '' && !/^(?:an?|the)$/i.test(word))
    .map((word, i) => (i === 0 ? word.charAt(0).toLowerCase() + word.slice(1) : capitalized(word)))
    .join('')
}

/** A text as a literal of TypeScript; the formatter chooses its quotes. */
const literal = (text: string) => JSON.stringify(text)

/** The schema of a member as a row keeps it. */
function schemaOf({ type, list, time, members }: FieldFacts): string {
  const scalars = {
    string: time && !list ? 'instant' : 'z.string()',
    integer: 'z.int()',
    number: 'z.number()',
    boolean: 'z.boolean()',
  }
  const entry = type === 'object' ? (members ? `z.object({${schemasOf(members)}})` : 'asGiven') : scalars[type]
  return list ? `z.array(${entry})` : entry
}

const schemasOf = (fields: readonly FieldFacts[]) =>
  fields.map((field) => `${field.name}: ${schemaOf(field)}.optional(),`).join('\n')

function table({ one, title, key, state, look, create }: Plan, { row, rows, Row }: Names): string {
  const own = [key, 'mchid', 'create_time', ...(state ? [state.name] : [])]
  const answered = [...(look.answer ?? []), ...(create?.answer ?? [])]
  const known = new Map(answered.map((field) => [field.name, field]))
  const members = schemasOf([...known.values()].filter(({ name }) => !own.includes(name)))
  const first = literal(state?.values?.[0] ?? '')
  return `import { z } from 'zod'
import { ${members.includes('asGiven') ? 'asGiven, ' : ''}instant, mchid, shortText } from '../../engine/state/json-fields.ts'
import { ALL, defineTable, descending } from '../../engine/state/table.ts'

/** Members of answers, as their pages have them. */
export const details = z.object({${members}})

export const ${row} = details
  .extend({
    mchid,
    ${key}: shortText,
    ${state ? `${state.name}: z.enum([${(state.values ?? []).map(literal).join(', ')}]),` : ''}
    create_time: instant,
    request: z.array(z.string()).describe('the body that the same number has to bring again'),
  })
  .meta({ id: '${Row}', description: ${literal(`${article(one)} ${one} (${title.zh})`)} })

/** ${capitalized(plural(one))} (${title.zh}). */
export const ${rows} = defineTable({
  name: '${rows}',
  title: { en: ${literal(capitalized(plural(one)))}, zh: ${literal(title.zh)} },
  row: ${row},
  given: ${row}.partial().meta({ id: 'Given${Row}' }),
  complete: (given, { now, ids, defaultMchid }) =>
    Object.assign(
      {
        mchid: defaultMchid,
        ${key}: ids.digits(20),
        ${state ? `${state.name}: ${first} as const,` : ''}
        create_time: now,
        request: [],
      },
      given,
    ),
  key: ['${key}'],
  indexes: ['${key}'],
  sorted: { newest: { among: () => ALL, by: ({ create_time }) => descending(create_time) } },
  inJournal: true,
})
`
}

/** Whether the merchant numbers what it makes. */
const isNumbered = ({ create, key }: Plan) => create?.body?.some(({ name }) => name === key) ?? false

function apiCalls(plan: Plan, { rows, file }: Names): string {
  const { one, title, key, look, create, more } = plan
  const numbered = isNumbered(plan)
  const rule = `A merchant finds each ${one} of its own only.`
  const about = [look, ...more].map(
    (call) => `
/** ${call.title} */
export const ${idOf(call)} = aboutCall(${rows}, ${literal(addressOf(call))}, {
  id: '${idOf(call)}',
  summary: ${literal(summaryOf(call))},
  ...ABOUT,
  ${creationTimeOf(call)}
  ${variablesOf(call)[0] === key ? '' : `number: '${key}',`}
  handle: ${call.answer ? 'async (row, _, { shaped }) => ({ ...(await shaped()), ...row })' : '() => undefined'},
})
`,
  )
  return `${create && !numbered ? "import { documentedCall } from '../../catalogue/documented-call.ts'" : ''}
import { inferred } from '../../engine/operation.ts'
import { aboutCall${numbered ? ', createCall' : ''} } from '../common/numbered-calls.ts'
import { ${numbered ? 'invalidRequest, ' : ''}resourceUnknown } from '../common/refusal.ts'
import { ${create ? 'details, ' : ''}${rows} } from './${file}.ts'

/** Every call about one row refuses an unknown number. */
const ABOUT = {
  one: { en: ${literal(one)}, zh: ${literal(title.zh)} },
  unknown: 'not_found',
  rules: [inferred(${literal(rule)})],
  refusals: {
    not_found: resourceUnknown('inferred', ${literal(`${title.zh}不存在`)}, {
      en: ${literal(`the caller has no ${one} with this number (the error is ours)`)},
      zh: ${literal(`调用方没有该${title.zh}（错误为自拟）`)},
    }),
  },
} as const
${create ? creating(plan, create, rows) : ''}${about.join('')}`
}

/** The row keeps an instant, which a page without an example of it calls a string. */
function creationTimeOf({ answer = [] }: CallFacts): string {
  const isText = answer.some(({ name, type, time }) => name === 'create_time' && type === 'string' && !time)
  return isText ? `fields: { 'answer/create_time': { type: 'string', time: true } },` : ''
}

function creating(plan: Plan, create: CallFacts, rows: string): string {
  const { key, state } = plan
  const head = `
/** ${create.title} */
export const ${idOf(create)} =`
  const facts = `id: '${idOf(create)}',
  summary: ${literal(summaryOf(create))},
  ${creationTimeOf(create)}`
  const made = `...details.parse(answer),${state ? `${state.name}: ${literal(state.values?.[0] ?? '')} as const,` : ''}`
  if (isNumbered(plan)) {
    return `${head} createCall(${rows}, ${literal(addressOf(create))}, {
  ${facts}
  refusals: {
    number_used: invalidRequest('inferred', '单号已被使用，且参数不同', {
      en: 'the ${key} was used before, with another body (the error is ours)',
      zh: '该 ${key} 已被使用过，且参数不同（错误为自拟）',
    }),
  },
  rules: [inferred('The same number with the same body is answered as before.')],
  number: '${key}',
  differs: 'number_used',
  answer: (row) => row,
  make: async ({ body: { ${key} } }, made, { shaped }) => {
    const answer = await shaped()
    return { ${made} ...made, ${key} }
  },
})
`
  }
  return `${head} documentedCall(${literal(addressOf(create))}, {
  ${facts}
  rules: [inferred('WeChat Pay numbers it, so that each call makes another one.')],
  async handle(_, { tx, now, caller: { mchid }, shaped }) {
    const answer = await shaped()
    const made = { ${made} mchid, ${key}: String(answer.${key}), create_time: now, request: [] }
    await tx.in(${rows}).save(made)
    return made
  },
})
`
}

function routes({ title, one, key, state }: Plan, { row, rows, Row, path }: Names): string {
  return `/** Where the control calls of ${title.en} are found, and what the \`MockControl\` methods of the same names do. */
export const routes = {
  /** Adds all of them or none; 10,000 at most. */
  add${capitalized(rows)}: 'POST /${path}',
  /** Adds ${article(one)} ${one}, or replaces the one with its number. */
  add${Row}: 'POST /${path}',
  /** ${capitalized(article(one))} ${one} as it is now. */
  ${row}: 'GET /${path}/{${key}}{?mchid}',
  ${state ? `/** Brings ${article(one)} ${one} into another state. */\n  change${Row}: 'POST /${path}/{${key}}/change{?mchid}',` : ''}
} as const
`
}

function controlCalls(plan: Plan, { product, row, rows, Row, file }: Names): string {
  const { one, title, key, state } = plan
  const texts = `{ en: ${literal(one)}, zh: ${literal(title.zh)} }`
  const inWords = (name: string) => name.toLowerCase().replaceAll('_', ' ')
  const [first = '', ...later] = state?.values ?? []
  const stateText = (name: string, tone: string) =>
    `stateOf('${name}', ${literal(inWords(name))}, '${name}', '${tone}')`
  const faces = state
    ? `const faces = rowFaces(${rows}, row, {
  id: 'Shown${Row}',
  description: ${literal(`${article(one)} ${one} as it is now`)},
  one: ${texts},
  key: '${key}',
  member: '${state.name}',
  state: (one) => one.${state.name},
  stages: [[${stateText(first, 'warn')}], [${later.map((name) => stateText(name, 'calm')).join(', ')}]],
})

const change${Row} = faces.change({
  summary: ${literal(`Bring ${article(one)} ${one} into another state`)},
  body: z.strictObject({ ${state.name}: row.shape.${state.name} }),
  transitions: [${later.map((name) => `transition('${name.toLowerCase()}', 'hand', ['${first}'], '${name}', { title: { en: ${literal(capitalized(inWords(name)))}, zh: '${name}' }, body: { ${state.name}: '${name}' } }),`).join('\n')}],
  apply: (one, { body }) => ({ ...one, ...body }),
})
`
    : `const faces = rowCalls(${rows}, { one: ${texts}, key: '${key}', shown: row, show: ${rows}.toJson })
`
  const imports = state
    ? `import { z } from 'zod'
import type { CallsFor } from '../../control/call.ts'
import { stateOf, transition } from '../../control/life.ts'
import { rowFaces } from '../../control/row-faces.ts'
import { fact } from '../../control/things/thing.ts'`
    : `import type { CallsFor } from '../../control/call.ts'
import { rowCalls } from '../../control/row-calls.ts'
import { defineThing, fact } from '../../control/things/thing.ts'`
  return `${imports}
import { ${row} as row, ${rows} } from './${file}.ts'
import type { routes } from './routes.ts'

${faces}
/** The control calls of ${title.en}: what the merchant console, users and tests do. */
export const calls = {
  add${Row}: faces.add.one,
  add${capitalized(rows)}: faces.add.many,
  ${row}: faces.look,
  ${state ? `change${Row},` : ''}
} satisfies CallsFor<typeof routes>

/** Their types under one name, so that declarations need not spell all of them out. */
export interface ${capitalized(product)}Calls extends Readonly<typeof calls> {}

/** Shown in the dashboard, in the order of its navigation. */
export const things = [
  ${state ? 'faces.thing({' : `defineThing(${rows}, {\n    show: ${rows}.toJson,`}
    one: { en: ${literal(capitalized(one))}, zh: ${literal(title.zh)} },
    ${state ? `transitions: [change${Row}],` : ''}
    facts: [
      fact('mchid', 'Merchant', '商户号', { as: 'code' }),
      fact('create_time', 'Created', '创建时间', { as: 'time', inList: 'end' }),
    ],
  }),
]
`
}

function product({ folder, title }: Plan, { product, rows, file }: Names): string {
  const Calls = `${capitalized(product)}Calls`
  return `import { defineProduct } from '../../engine/product.ts'
import type { ${Calls} } from './control-calls.ts'
import * as operations from './operations.ts'
import { ${rows} } from './${file}.ts'
import { routes } from './routes.ts'

/** ${title.zh} */
export const ${product} = defineProduct({
  id: '${folder}',
  title: { en: ${literal(title.en)}, zh: ${literal(title.zh)} },
  operations: Object.values(operations),
  tables: [${rows}],
  routes,
  things: async () => (await import('./control-calls.ts')).things,
  calls: async (): Promise<${Calls}> => (await import('./control-calls.ts')).calls,
})
`
}

function test({ key, one, look, create, more }: Plan, { Row, path, operations }: Names): string {
  const member = path.replaceAll('-', '_')
  const answered = (call: CallFacts, number: string) =>
    `expect(await client.request(sampleRequest(${idOf(call)}${number}))).toMatchObject({ status: ${call.status} })`
  return `import { expect, onTestFinished, test } from 'vitest'
import { createMock } from '../../../src/index.ts'
import { ${operations.join(', ')} } from '../../../src/products/operations.ts'
import { createMerchantClient } from '../../../src/testing/merchant-client.ts'
import { sampleRequest } from '../../catalogue/requests.ts'

test(${literal(`${article(one)} ${one} is ${create ? 'made' : 'added'}, and every call about it answers`)}, async () => {
  const mock = createMock({ seed: 'empty' })
  onTestFinished(() => mock.close())
  const { control } = mock
  const client = createMerchantClient({ credentials: await control.credentials(), send: (request) => mock.handle(request) })
  ${create ? answered(create, '') : `await control.add${Row}({})`}

  const { ${member}: [row] } = await control.world()
  const number = { ${key}: row?.${key} }
  ${[look, ...more].map((call) => answered(call, ', number')).join('\n  ')}
})
`
}

/** How each refusal of its calls comes about: the compiler asks for a recipe of every new one. */
function recipes(plan: Plan, { product, operations }: Names): string {
  const { key, create, look, more } = plan
  const other = create?.body?.find(
    ({ name, type, required, values, pattern, list }) =>
      name !== key && type === 'string' && required === true && !values && !pattern && !list,
  )
  const used = create && isNumbered(plan)
  const created = !used
    ? create && `cookbook(${idOf(create)}, {}),`
    : `
  cookbook(${idOf(create)}, {
    async number_used({ merchant }) {
      await done(merchant.request(sampleRequest(${idOf(create)})))
      return () => merchant.request(sampleRequest(${idOf(create)}, { ${other?.name ?? key}: 'another' }))
    },
  }),`
  return `import type { JsonObject } from '../../../src/wire/protocol/json-object.ts'
import { ${operations.join(', ')} } from '../../../src/products/operations.ts'
import type { Callable } from '../../../src/testing/merchant-client.ts'
import { sampleRequest } from '../../catalogue/requests.ts'
import { cookbook, ${used ? 'done, ' : ''}type Recipe } from './recipe.ts'

const UNKNOWN: JsonObject = { ${key}: 'UNKNOWN1' }

const unknown = (call: Callable): Recipe => async ({ merchant }) => () => merchant.request(sampleRequest(call, UNKNOWN))

export const ${product}Errors = [${created || ''}
  ${[look, ...more].map((call) => `cookbook(${idOf(call)}, { not_found: unknown(${idOf(call)}) }),`).join('\n  ')}
]
`
}

/** Rows of the control API page, under a heading of the product. */
export function controlRows(plan: Plan, language: keyof Plan['title']): string {
  const { title, one, key, state } = plan
  const { path } = namesOf(plan)
  const [a, list] =
    language === 'en' ? [`adds ${article(one)} ${one}`, 'or a list of them'] : [`添加${title.zh}`, '，也可以是数组']
  const [look, change] =
    language === 'en'
      ? [`looks at ${article(one)} ${one}`, '; brings it into another state']
      : [`查看${title.zh}`, '；使其进入另一状态']
  const at = `/_mock/${path}/{${key}}`
  const both = state
    ? `\`GET ${at}\`${language === 'en' ? ', ' : '、'}\`POST ${at}/change\` \`{"${state.name}"}\``
    : `\`GET ${at}\``
  return `### ${title[language]}

| ${language === 'en' ? 'call' : '调用'} | ${language === 'en' ? 'does' : '作用'} |
|---|---|
| \`POST /_mock/${path}\` | ${a}${language === 'en' ? ' ' : ''}${list} |
| ${both} | ${look}${state ? change : ''} |

`
}
