/** Reads calls that the pages lack from the second source: fragments of Swagger 2.0, a file for each path. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import type { Audience, CallFacts, FieldFacts } from '../../src/catalogue/facts.ts'
import { Unreadable } from './page.ts'
import { paramsIn, unlessEmpty, withoutGaps } from './shape.ts'

/** What SDKs have and the pages lack, and what we serve ourselves: beginnings of the paths below /v3. */
const WANTED =
  'brand/ ecommerce/profitsharing/ lovefeast/ marketing/bank/ marketing/busifavor/ marketing/favor/ marketing/goods-subsidy-activity/ ' +
  'marketing/partnerships/ merchant-service/complaints papay/contracts papay/pay papay/scheduled-deduct-sign papay/sign partner-papay/ partner-transfer/ payroll-card/ payscore/permissions ' +
  'payscore/user-service-state payscore/users/ qrcode/ transfer-detail/ transfer/ transferdownload/'

/** A call of wechatpay-java and wechatpay-go that neither source describes: known by its path alone. */
const UNDESCRIBED: CallFacts = {
  method: 'POST',
  path: '/v3/marketing/favor/stocks/{stock_id}/stop',
  title: '终止代金券批次',
  pages: [],
  reported: true,
  params: [{ name: 'stock_id', type: 'string', title: '批次号', required: true }],
  status: 200,
  errors: [],
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

type Lacks = (call: Pick<CallFacts, 'method' | 'path'>) => boolean

/** An object of the source, with everything that it refers to in its place. */
type Node = Readonly<Record<string, unknown>>

/**
 * The wanted calls of a checkout of the second source.
 *
 * @throws Unreadable
 */
export function readSecondSource(directory: string, lacks: Lacks): CallFacts[] {
  const files = readdirSync(join(directory, 'docs/v3'), { recursive: true, encoding: 'utf8' })
  const wanted = files
    .filter((file) => file.endsWith('.yaml') && WANTED.split(' ').some((start) => file.startsWith(start)))
    .toSorted()
  const calls = wanted.flatMap((name) => {
    const file = join('docs/v3', name)
    const path = `/v3/${name.slice(0, -'.yaml'.length)}`
    const methods = METHODS.filter((method) => lacks({ method, path }))
    const whole = methods.length === 0 ? {} : nodeOf(contentOf(directory, file))
    return methods.flatMap((method) => {
      const operation = whole[method.toLowerCase()]
      return isNode(operation) ? [readCall(method, path, operation, file)] : []
    })
  })
  return lacks(UNDESCRIBED) ? [...calls, UNDESCRIBED] : calls
}

function readCall(method: CallFacts['method'], path: string, operation: Node, file: string): CallFacts {
  const title = titleOf(textOf(operation.summary).replace(/\s*API$/, ''), 40)
  if (title === undefined) throw new Unreadable(file, 1, 'no title')
  const parameters = nodesOf(operation.parameters)
  const inside = (place: string) => parameters.filter((parameter) => parameter.in === place)
  const fields = (place: string) => inside(place).map((one) => readField(textOf(one.name), one, one.required === true))
  const upload = inside('formData').find(({ type }) => type === 'file')
  const body = upload === undefined ? inside('body')[0] : inside('formData').find(({ name }) => name === 'meta')
  const [status = '200', response] =
    Object.entries(nodeOf(operation.responses)).find(([code]) => code.startsWith('2')) ?? []
  return withoutGaps<CallFacts>({
    method,
    path,
    title,
    pages: [],
    reported: true,
    for: audienceOf(textsOf(operation['x-role'])),
    file: upload === undefined ? undefined : (titleOf(textOf(upload.description)) ?? 'file'),
    params: unlessEmpty(paramsIn(path, fields('path'))),
    query: unlessEmpty(fields('query')),
    body: unlessEmpty(membersOf(nodeOf(body?.schema))),
    status: Number(status),
    answer: unlessEmpty(status === '204' ? [] : membersOf(nodeOf(nodeOf(response).schema))),
    answerType: textsOf(operation.produces).find((type) => type !== 'application/json'),
    errors: [],
  })
}

const membersOf = (node: Node): FieldFacts[] =>
  Object.entries(nodeOf(node.properties)).flatMap(([name, member]) =>
    isNode(member) ? [readField(name, member, textsOf(node.required).includes(name))] : [],
  )

function readField(name: string, whole: Node, required: boolean): FieldFacts {
  const isList = whole.type === 'array'
  const node = isList ? nodeOf(whole.items) : whole
  const members = membersOf(node)
  const type = typeOf(node, members)
  const values = textsOf(node.enum)
  const isText = type === 'string'
  return withoutGaps<FieldFacts>({
    name,
    type,
    list: isList || undefined,
    title: titleOf(textOf(whole.description)),
    required: required || undefined,
    max: isText && typeof node.maxLength === 'number' ? node.maxLength : undefined,
    values:
      isText && values.every((value) => /^[A-Z][A-Z0-9_]*$/.test(value))
        ? unlessEmpty([...new Set(values)])
        : undefined,
    encrypted: (isText && node.format === 'base64') || undefined,
    time: (isText && node.format === 'rfc3339') || undefined,
    media: (isText && node.format === 'MediaId') || undefined,
    members: unlessEmpty(members),
  })
}

function typeOf(node: Node, members: readonly FieldFacts[]): FieldFacts['type'] {
  if (members.length > 0) return 'object'
  if (node.type === 'integer' || (node.type === 'number' && /int/.test(textOf(node.format)))) return 'integer'
  return node.type === 'number' || node.type === 'boolean' || node.type === 'object' ? node.type : 'string'
}

/** Its first words, which name it; a sentence names nothing. */
const titleOf = (description: string, longest = 20): string | undefined => {
  const [noun = ''] = description.trim().split(/[\s，。,；;：:（(【]/)
  return noun === '' || noun.length > longest ? undefined : noun
}

const audienceOf = (roles: readonly string[]): Audience | undefined => {
  const merchant = roles.some((role) => /直连商户|普通商户/.test(role))
  const partner = roles.some((role) => /服务商|渠道商|平台|从业机构/.test(role))
  return merchant === partner ? undefined : merchant ? 'merchant' : 'partner'
}

/** The content of a file, with references followed and `allOf` made one; `#Name` is written for `#/Name` here and there. */
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
  const [path = '', pointer = ''] = textOf($ref).split('#')
  const target = path === '' ? file : join(dirname(file), path)
  const parts = [
    ...($ref === undefined ? [] : [nodeOf(contentOf(directory, target, pointer))]),
    ...nodesOf(followed(directory, file, allOf)),
    Object.fromEntries(Object.entries(own).map(([name, member]) => [name, followed(directory, file, member)])),
  ]
  if (parts.length === 1) return parts[0]
  const required = parts.flatMap((part) => textsOf(part.required))
  const properties = Object.assign({}, ...parts.map((part) => nodeOf(part.properties)))
  return { ...Object.assign({}, ...parts), ...(required.length > 0 && { required }), properties }
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)

const nodeOf = (value: unknown): Node => (isNode(value) ? value : {})

const nodesOf = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : [])

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
