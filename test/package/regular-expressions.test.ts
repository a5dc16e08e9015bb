import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check } from 'recheck'
import { parseSync, Visitor } from 'rolldown/utils'
import { expect, test } from 'vitest'
import { products } from '../../src/products/index.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

const FOLDERS = ['src', 'mocks', 'fixtures', 'contracts', 'dashboard']

/** Regular expressions that may need more time than in proportion to the text, each with what bounds the text. */
const BOUNDED: readonly (readonly [file: string, expression: RegExp, bound: string])[] = [
  ['src/cli/command.ts', /Did you mean (?:one of )?(.*?)\?/, 'what users type into their own shell'],
  ['src/cli/command.ts', /' (?:argument|value) '(.*)' is invalid\. (.*)$/s, 'what users type into their own shell'],
  [
    'src/products/payment/prepay-refusals.ts',
    /^https?:\/\/([^\s/?#[\]@]+@)?([^\s/?#@:]+)(?::\d{2,5})?([^\s?#[\]]*)$/,
    'at most 256 bytes, since text() looks at the length first',
  ],
  ['contracts/kit/shown-difference.ts', /[\w.@+/=-]*\d[\w.@+/=-]{4,}/g, 'the first 300 characters of a message'],
  [
    'contracts/conformance/link-interactions.ts',
    /^无法将 JSON 输入源“\/body\/.+”映射到目标字段“.+”中，此字段需要.+$/,
    "answers of the mock, matched by Pact's verifier, whose regular expressions never go back",
  ],
]

/** Regular expressions that are put together at run time, each with why it takes no longer than in proportion to the text. */
const PUT_TOGETHER: Readonly<Record<string, string>> = {
  'src/engine/exchange/router.ts new RegExp(`^${source}$`)':
    'paths of operations: at most one variable in each segment, see below',
  'src/engine/exchange/near-miss.ts new RegExp(source)': 'the same',
  "src/engine/exchange/near-miss.ts new RegExp(source, 'i')": 'the same',
  "src/traffic/recording/answer-template.ts new RegExp(time().regex ?? '')": 'digits, of which each has its place',
  'src/catalogue/schemas.ts new RegExp(pattern)':
    'patterns of fields in calls of products, which are looked at as texts',
  "contracts/kit/observed-interaction.ts new RegExp(time().regex ?? '')": 'digits, of which each has its place',
  'contracts/kit/observe-pacts.ts new RegExp(String(regex))':
    'patterns of the contracts of whoever runs the command, on values of at most 256 characters',
  'src/traffic/recording/matchers.ts new RegExp(pattern)': 'patterns of matchers.ts, which are looked at as texts',
  'src/traffic/recording/interaction.ts new RegExp(regex)': 'the same',
  'dashboard/message-to-sign.ts new RegExp(`\\\\b${name}="([^"]*)"`)':
    'one of five names, and what follows it ends with the first quote',
}

/** The checker counts steps instead of looking at the clock, since what it says has to be the same on a busy machine; only its patience has an end. */
const COUNTED = { timeout: 60_000, attackTimeout: null, incubationTimeout: null, seedingTimeout: null } as const

interface Found {
  readonly place: string
  readonly pattern: string
  readonly flags: string
}

const found: Found[] = []
const putTogether: string[] = []
for (const file of FOLDERS.flatMap(sourcesIn)) look(file)

test('regular expressions take time in proportion to the length of the text, or the text has a bound', {
  timeout: 900_000,
}, async () => {
  const rest = [...Map.groupBy(found, ({ pattern, flags }) => `/${pattern}/${flags}`)]
  const verdicts: string[] = []
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      for (let next = rest.pop(); next; next = rest.pop()) {
        const [text, [first, ...others]] = next
        if (!first) continue
        const { status } = await check(first.pattern, first.flags, COUNTED)
        if (status === 'safe') continue
        for (const { place } of [first, ...others]) {
          verdicts.push(`${place} ${text}${status === 'vulnerable' ? '' : ` (${status})`}`)
        }
      }
    }),
  )

  expect(found.length).toBeGreaterThan(200)
  expect(verdicts.toSorted()).toEqual(BOUNDED.map(([file, expression]) => `${file} ${expression}`).toSorted())
})

test('those that are put together at run time are known', () => {
  expect(putTogether.toSorted()).toEqual(Object.keys(PUT_TOGETHER).toSorted())
})

test('a segment of a path has at most one variable', () => {
  const paths = products.flatMap(({ operations }) => Object.values(operations ?? {}).map(({ path }) => path))

  expect(paths.length).toBeGreaterThan(20)
  for (const segment of paths.flatMap((path) => path.split('/'))) expect(segment).toMatch(/^(?:\{\w+\}|[^{}]*)$/)
})

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
}

/** Looks for literals, for `RegExp(…)`, and for texts from `^` to `$`, as contracts have them. */
function look(file: string): void {
  const source = readFileSync(join(root, file), 'utf8')
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file} cannot be read`)
  const made = ({ callee, start, end }: { callee: object; start: number; end: number }) => {
    if ('name' in callee && callee.name === 'RegExp') putTogether.push(`${file} ${source.slice(start, end)}`)
  }
  new Visitor({
    Literal(node) {
      if ('regex' in node) found.push({ place: file, ...node.regex })
      else if (typeof node.value === 'string' && /^\^.*\$$/.test(node.value)) {
        found.push({ place: file, pattern: new RegExp(node.value).source, flags: '' })
      }
    },
    NewExpression: made,
    CallExpression: made,
  }).visit(program)
}
