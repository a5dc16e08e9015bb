import { nameOf, sortMembers } from './json-style.ts'
import type { JsonNode } from './json-tree.ts'
import type { Rank } from './variant.ts'

type JsonObject = Extract<JsonNode, { kind: 'object' }>

/**
 * An object as programs other than JSON serialisers write it: as a form, or in the language's own notation.
 *
 * Trees are at most 64 deep, and no output is much longer than its tree.
 */
export function printObject(tree: JsonObject): (readonly [form: string, text: string, rank: Rank])[] {
  return [
    ['form', form(tree, encodeForm), 2],
    ['form, not encoded', form(tree, (text) => text), 2],
    ['form, sorted, not encoded', form(sorted(tree), (text) => text), 2],
    ['Python', print(tree, PYTHON), 2],
    ['Java', print(tree, JAVA), 2],
    ['Go', print(tree, GO), 3],
  ]
}

function sorted({ members }: JsonObject): JsonObject {
  return sortMembers({ kind: 'object', members }, 'sorted_top') as JsonObject
}

function form({ members }: JsonObject, encode: (text: string) => string): string {
  return members.map((member) => `${encode(nameOf(member))}=${encode(plain(member.value))}`).join('&')
}

function encodeForm(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}

/** Scalars without quotes, the rest as compact JSON. */
function plain(node: JsonNode): string {
  if (node.kind === 'string') return textOf(node.raw)
  if (node.kind === 'array') return `[${node.items.map(json).join(',')}]`
  if (node.kind === 'object') return `{${node.members.map(({ key, value }) => `${key}:${json(value)}`).join(',')}}`
  return node.raw
}

function json(node: JsonNode): string {
  return node.kind === 'string' ? node.raw : plain(node)
}

function textOf(raw: string): string {
  return String(JSON.parse(raw))
}

interface Printer {
  readonly list: (items: readonly string[]) => string
  readonly map: (entries: readonly (readonly [name: string, value: string])[]) => string
  readonly text: (raw: string) => string
  readonly literal: (raw: string) => string
  readonly arrange?: (node: JsonObject) => JsonObject
}

const PYTHON: Printer = {
  list: (items) => `[${items.join(', ')}]`,
  map: (entries) => `{${entries.map(([name, value]) => `${pythonText(name)}: ${value}`).join(', ')}}`,
  text: (raw) => pythonText(textOf(raw)),
  literal: (raw) => ({ true: 'True', false: 'False', null: 'None' })[raw] ?? raw,
}

const JAVA: Printer = {
  list: (items) => `[${items.join(', ')}]`,
  map: (entries) => `{${entries.map(([name, value]) => `${name}=${value}`).join(', ')}}`,
  text: textOf,
  literal: (raw) => raw,
}

const GO: Printer = {
  list: (items) => `[${items.join(' ')}]`,
  map: (entries) => `map[${entries.map(([name, value]) => `${name}:${value}`).join(' ')}]`,
  text: textOf,
  literal: (raw) => (raw === 'null' ? '<nil>' : raw),
  arrange: sorted,
}

function pythonText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const written = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(quote, `\\${quote}`)
  return quote + written + quote
}

function print(node: JsonNode, printer: Printer): string {
  if (node.kind === 'string') return printer.text(node.raw)
  if (node.kind === 'array') return printer.list(node.items.map((item) => print(item, printer)))
  if (node.kind !== 'object') return printer.literal(node.raw)
  const { members } = printer.arrange?.(node) ?? node
  return printer.map(members.map((member) => [nameOf(member), print(member.value, printer)]))
}
