/** Reads calls missing from the pages from the second source: fragments of Swagger 2.0, a file for each path. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import type { Audience, CallFacts, FieldFacts } from '../../src/catalogue/facts.ts'
import { withExamples } from './examples.ts'
import { Unreadable } from './page.ts'
import { type Address, addressOf, METHODS, paramsIn, unique, unlessEmpty, withoutGaps } from './shape.ts'
import { allows } from './words.ts'

/** Path prefixes below /v3 of calls that SDKs have and the pages lack, or that we serve ourselves. */
const WANTED = `
  brand/ capital/capitallhh/ discount-card/ ecommerce/profitsharing/ edu-papay/ fund-app/brand-redpacket/ lovefeast/ marketing/bank/ marketing/busifavor/ marketing/favor/
  marketing/goods-subsidy-activity/ marketing/partnerships/ merchant-service/complaints merchantfund/
  new-tax-control-fapiao/fapiao-applications new-tax-control-fapiao/merchant/base-information
  new-tax-control-fapiao/merchant/development-config new-tax-control-fapiao/merchant/tax-codes papay/contracts
  papay/pay papay/scheduled-deduct-sign papay/sign partner-papay/ partner-transfer/ pay/partner/transactions/codepay
  pay/partner/transactions/out-trade-no/ pay/transactions/codepay pay/transactions/out-trade-no/ payroll-card/
  payscore/merchant-bill payscore/partner/permissions payscore/partner/service-account-applications
  payscore/partner/serviceorder/direct-complete payscore/partner/serviceorder/{out_order_no}/pay payscore/permissions
  payscore/plan/ payscore/serviceorder/direct-complete payscore/serviceorder/{out_order_no}/pay payscore/sign-plan/
  payscore/user-service-state payscore/users/ qrcode/ transfer-detail/ transfer/ transferdownload/`
  .trim()
  .split(/\s+/)

/** An object of the source, with its references resolved. */
type Node = Readonly<Record<string, unknown>>

/** A page of today's documentation, whether a menu has it or not. */
const OFFICIAL_PAGE = /https:\/\/pay\.weixin\.qq\.com\/doc\/v3\/(?:merchant|partner)\/\d+/

/** Describes callbacks, although it looks like a call. */
const CALLBACKS = 'webhooks.yaml'

/** The calls of a checkout of the second source that are wanted, or have an official page that is in no menu. @throws Unreadable */
export function readSecondSource(directory: string, lacks: (call: Address) => boolean): CallFacts[] {
  const files = readdirSync(join(directory, 'docs/v3'), { recursive: true, encoding: 'utf8' })
  const isLinked = (name: string) => OFFICIAL_PAGE.test(readFileSync(join(directory, 'docs/v3', name), 'utf8'))
  return files.toSorted().flatMap((name) => {
    if (!name.endsWith('.yaml') || name === CALLBACKS) return []
    const isWanted = WANTED.some((start) => name.startsWith(start))
    const file = join('docs/v3', name)
    const path = `/v3/${name.slice(0, -'.yaml'.length)}`
    const methods = METHODS.filter((method) => lacks({ method, path }))
    const whole = methods.length > 0 && (isWanted || isLinked(name)) ? nodeOf(contentOf(directory, file)) : {}
    return methods.flatMap((method) => {
      const operation = whole[method.toLowerCase()]
      if (!isNode(operation)) return []
      const page = OFFICIAL_PAGE.exec(String(operation.description))?.[0]
      return isWanted || page !== undefined ? [readCall(method, path, operation, { file, page })] : []
    })
  })
}

/** Where a call stands, and its official page if it links to one. */
interface Origin {
  readonly file: string
  readonly page: string | undefined
}

function readCall(method: CallFacts['method'], path: string, operation: Node, { file, page }: Origin): CallFacts {
  const title = titleOf(String(operation.summary ?? '').replace(/\s*API$/, ''), 40)
  if (title === undefined) throw new Unreadable(file, 1, 'no title')
  const parameters = listOf(operation.parameters).map(nodeOf)
  const inside = (place: string) => parameters.filter((parameter) => parameter.in === place)
  const fields = (place: string) => inside(place).map((one) => readField(String(one.name), one, one.required === true))
  const upload = inside('formData').find(({ type }) => type === 'file')
  const body = upload === undefined ? inside('body')[0] : inside('formData').find(({ name }) => name === 'meta')
  const types = listOf(operation.produces).map(String)
  const [status = '200', response] =
    Object.entries(nodeOf(operation.responses)).find(([code]) => code.startsWith('2')) ?? []
  const answer = nodeOf(nodeOf(response).schema)
  return withoutGaps<CallFacts>({
    method,
    path,
    title,
    pages: [],
    reported: true,
    source: page,
    for: audienceOf(String(operation['x-role'])),
    file: upload && (titleOf(upload.description) ?? 'file'),
    params: unlessEmpty(paramsIn(path, fields('path'))),
    query: unlessEmpty(fields('query')),
    body: unlessEmpty(membersOf(nodeOf(body?.schema))),
    status: Number(status),
    answer: unlessEmpty(status === '204' ? [] : withExamples(membersOf(answer), [sampleOf(answer)])),
    answerType: types.find((type) => type !== 'application/json'),
    errors: [],
  })
}

// In places the members are beside `properties`, since a space is missing.
const propertiesOf = (node: Node) => Object.entries(nodeOf(node.properties === null ? node : node.properties))

/** The value that the examples of an object and of its members make. */
function sampleOf(node: Node): unknown {
  if (node.type === 'array') return [sampleOf(nodeOf(node.items))]
  const members = propertiesOf(node).flatMap(([name, member]) => (isNode(member) ? [[name, sampleOf(member)]] : []))
  return members.length > 0 ? Object.fromEntries(members) : node.example
}

/** The examples in requests of this source that a limit of the pages refuses: one of the two is wrong, or outdated. */
export function examplesAgainst(directory: string, calls: readonly CallFacts[]): string[] {
  return calls.flatMap(({ method, path, query = [], body = [], ...call }) => {
    const file = `docs/v3/${path.replace('/v3/', '')}.yaml`
    if (call.reported || !existsSync(join(directory, file))) return []
    const operation = nodeOf(nodeOf(contentOf(directory, file))[method.toLowerCase()])
    const parameters = listOf(operation.parameters).map(nodeOf)
    const given = Object.fromEntries(parameters.map((one) => [String(one.name), one]))
    const schema = nodeOf(parameters.find((one) => one.in === 'body')?.schema)
    const wrong = [...against(query, given, 'query'), ...against(body, nodeOf(schema.properties), 'body')]
    return wrong.map((text) => `  ${addressOf({ method, path })} ${text}`)
  })
}

function against(fields: readonly FieldFacts[], nodes: Node, at: string): string[] {
  return fields.flatMap((field) => {
    const place = `${at}/${field.name}`
    const node = nodeOf(nodes[field.name])
    const inner = nodeOf(node.type === 'array' ? node.items : node)
    if (field.members) return against(field.members, nodeOf(inner.properties), place)
    const { example } = inner
    const isScalar = typeof example === 'string' || typeof example === 'number' || typeof example === 'boolean'
    const isFree = !field.list && !field.encrypted && !field.time && (field.type !== 'string' || !field.values)
    return isScalar && isFree && !allows(field, example) ? [`${place}: ${JSON.stringify(example)}`] : []
  })
}

function membersOf(node: Node): FieldFacts[] {
  const required = listOf(node.required)
  return propertiesOf(node).flatMap(([name, member]) =>
    isNode(member) ? [readField(name, member, required.includes(name))] : [],
  )
}

function readField(name: string, whole: Node, required: boolean): FieldFacts {
  const isList = whole.type === 'array'
  const node = isList ? nodeOf(whole.items) : whole
  const members = membersOf(node)
  const type = members.length > 0 ? 'object' : typeOf(node.type)
  const values = listOf(node.enum).map(String)
  const isText = type === 'string'
  const isFormat = (format: string) => (isText && node.format === format) || undefined
  return withoutGaps<FieldFacts>({
    name,
    type,
    list: isList || undefined,
    title: titleOf(whole.description),
    required: required || undefined,
    max: isText && typeof node.maxLength === 'number' ? node.maxLength : undefined,
    values:
      isText && values.every((value) => /^[A-Z][A-Z0-9_]*$/.test(value)) ? unlessEmpty(unique(values)) : undefined,
    encrypted: isFormat('base64'),
    time: isFormat('rfc3339'),
    media: isFormat('MediaId'),
    members: unlessEmpty(members),
  })
}

/** `number` is used for amounts and counts, never for fractions. */
function typeOf(type: unknown): FieldFacts['type'] {
  if (type === 'integer' || type === 'number') return 'integer'
  return type === 'boolean' || type === 'object' ? type : 'string'
}

/** Its first words, which are a title unless they form a sentence. */
function titleOf(description: unknown, longest = 20): string | undefined {
  const noun = /^\s*([^\s，。,；;：:（(【]+)/.exec(String(description ?? ''))?.[1]
  return noun === undefined || noun.length > longest ? undefined : noun
}

function audienceOf(roles: string): Audience | undefined {
  const isForPartners = /服务商|渠道商|平台|从业机构/.test(roles)
  if (/直连商户|普通商户/.test(roles) === isForPartners) return undefined
  return isForPartners ? 'partner' : 'merchant'
}

/** The content of a file, with references followed and `allOf` merged; `#Name` is sometimes written for `#/Name`. */
function contentOf(directory: string, file: string, pointer = ''): unknown {
  let content: unknown = parse(readFileSync(join(directory, file), 'utf8'))
  for (const name of pointer.split('/').filter((one) => one !== '')) content = nodeOf(content)[name]
  if (content === undefined) throw new Unreadable(file, 1, `no ${pointer}`)
  return followed(directory, file, content)
}

function followed(directory: string, file: string, content: unknown): unknown {
  if (Array.isArray(content)) return content.map((one) => followed(directory, file, one))
  if (!isNode(content)) return content
  const { $ref, allOf, ...own } = content
  const [path = '', pointer = ''] = String($ref ?? '').split('#')
  const target = path === '' ? file : join(dirname(file), path)
  const parts = [
    $ref === undefined ? {} : nodeOf(contentOf(directory, target, pointer)),
    ...listOf(followed(directory, file, allOf)).map(nodeOf),
    Object.fromEntries(Object.entries(own).map(([name, member]) => [name, followed(directory, file, member)])),
  ]
  const required = parts.flatMap((part) => listOf(part.required))
  const properties = Object.assign({}, ...parts.map((part) => nodeOf(part.properties)))
  const has = { ...(required.length > 0 && { required }), ...(Object.keys(properties).length > 0 && { properties }) }
  return Object.assign({}, ...parts, has)
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)

const nodeOf = (value: unknown): Node => (isNode(value) ? value : {})

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
