import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import type { Argument, Command, Option } from 'commander'
import { expect, test } from 'vitest'
import { type Page, pages, read, root } from './markdown.ts'
import { commandOf, names } from './program.ts'

/** Their words belong to the time or to the run that they tell of. */
const PAST = new Set(['CHANGELOG.md', 'docs/reliability.md'])

const fenced = /^ *(```+|~~~+)[\s\S]*?^ *\1$/gm

/** A piece of a page. */
interface Text {
  readonly path: string
  readonly text: string
}

function inlineCode({ path, text }: Page | Text): Text[] {
  return [...text.replaceAll(fenced, '').matchAll(/(`+)([^`\n]+)\1/g)].map(([, , code = '']) => ({ path, text: code }))
}

/** Lines of a page that call the package in files for other programs; those for a shell are read by another test. */
function linesOfFiles({ path, blocks }: Page): Text[] {
  return blocks
    .filter(({ language }) => !['sh', 'powershell', 'text'].includes(language))
    .flatMap(({ code }) => code.split('\n'))
    .map((line) => ({ path, text: line.replaceAll('", "', ' ').replaceAll('"', '') }))
    .filter(({ text }) => /\b(?:npx|args).*wechatpay-mock/.test(text))
}

const CALL = /^(?!npm |docker build ).*(?:^|[\s/[])wechatpay-mock(?:\.tgz)? ([^\]]+)/

/** The words of a call of the package, up to those of another program. */
function wordsOf(code: string): string[] | undefined {
  const [, args] = CALL.exec(code) ?? []
  const own = args ?? (names.includes(code.split(' ', 1)[0] ?? '') && / --?\w/.test(code) ? code : undefined)
  return own?.split(/(?:^| )(?:-- |[|>] |&)/, 1)[0]?.match(/'[^']*'|"[^"]*"|[^\s'"]+/g) ?? undefined
}

const isPlaceholder = (word: string) => /^(?:…|<|\[|['"$])/.test(word) || /^[A-Z_…]+$/.test(word)

const defined = new Map(await Promise.all(names.map(async (name) => [name, await commandOf(name)] as const)))

/** Words of a call that the program does not know: commands, options, and values where there is a choice. */
function unknownIn(words: readonly string[]): string[] {
  const [first = ''] = words
  const named = defined.get(first)
  if (!named && !first.startsWith('-')) return isPlaceholder(first) ? [] : [first]
  let command: Command | undefined = named ?? defined.get('serve')
  const options: Option[] = []
  const unknown: string[] = []
  let place = 0
  const rest = words.slice(named ? 1 : 0)
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? ''
    if (/^--?[a-z]/.test(word)) {
      const [name = '', given] = word.split('=', 2)
      const option = [...options, ...(command?.options ?? [])].find(({ long, short }) => [long, short].includes(name))
      if (!option && !['--help', '-h'].includes(name)) unknown.push(name)
      if (!option || option.isBoolean()) continue
      if (given === undefined) at += 1
      unknown.push(...notAmong(option.argChoices, given ?? rest[at] ?? ''))
      continue
    }
    const below: readonly Command[] = command?.commands ?? []
    if (below.length > 0) {
      unknown.push(
        ...notAmong(
          below.map((one) => one.name()),
          word,
        ),
      )
      options.push(...(command?.options ?? []))
      command = below.find((one) => one.name() === word.split('|', 1)[0])
    } else {
      unknown.push(...notAmong(choicesOf(command?.registeredArguments[place]), word))
      place += 1
    }
  }
  return unknown
}

/** Values that an argument may have; the actions of a command stand in their description alone. */
function choicesOf(argument: Argument | undefined): readonly string[] | undefined {
  if (argument?.name() !== 'action') return argument?.argChoices
  return argument.description.match(/[a-z-]+/g) ?? undefined
}

/** The values in `a|b` that the choices do not have. */
function notAmong(choices: readonly string[] | undefined, value: string): string[] {
  if (choices === undefined || value === '' || isPlaceholder(value)) return []
  return value.split('|').filter((one) => !choices.includes(one))
}

const calls = pages
  .flatMap((page) => [...inlineCode(page), ...linesOfFiles(page)])
  .flatMap(({ path, text }) => {
    const words = wordsOf(text)
    return words ? [{ path, text, words }] : []
  })

test('commands, options and their choices that sentences and files name exist', () => {
  expect(calls.length).toBeGreaterThan(150)
  const faults: string[] = []
  for (const { path, text, words } of calls) {
    const unknown = unknownIn(words)
    if (unknown.length > 0) faults.push(`${path}: ${text}: there is no ${unknown.join(', ')}`)
  }
  expect(faults).toEqual([])
})

test.for([
  ['npx wechatpay-mock explian --id 08F7', 'explian'],
  ['wechatpay-mock pact verfy FILE…', 'verfy'],
  ['wechatpay-mock pact verify|revieu', 'revieu'],
  ['wechatpay-mock transfer confirm|dismis', 'dismis'],
  ['npx --yes ./wechatpay-mock.tgz run --frozen -- mvn test', '--frozen'],
  ['explain --no-such-option', '--no-such-option'],
  ['docker run … wechatpay-mock --sead life', '--sead'],
  ['wechatpay-mock credentials --format php|jawa', 'jawa'],
])('in %s, %s is not known', ([code, word]) => {
  expect(unknownIn(wordsOf(code ?? '') ?? [])).toEqual([word])
})

/** Scripts that a text runs, each with the folder of its manifest. */
function scriptsIn(text: string): { readonly folder: string; readonly script: string }[] {
  return [...text.matchAll(/\bnpm (run|test|start)\b([^\n`|&;"#）]*)/g)].flatMap(([, name = '', words = '']) => {
    const [own = ''] = words.split(' -- ')
    const folder = /--prefix (\S+)/.exec(own)?.[1] ?? ''
    const [named] = own.replaceAll(/--prefix \S+|(?<=\s)-\S+/g, '').match(/[\w:-]+/g) ?? []
    const script = name === 'run' ? named : name
    return script === undefined ? [] : [{ folder, script }]
  })
}

function missingScripts({ path, text }: Text): string[] {
  return scriptsIn(text)
    .filter(({ folder, script }) => {
      const manifest = join(folder, 'package.json')
      return !existsSync(join(root, manifest)) || !(script in JSON.parse(read(manifest)).scripts)
    })
    .map(({ folder, script }) => `${path}: npm run ${script} ${folder}`.trim())
}

test('every script that a page runs exists', () => {
  const found = pages.flatMap(({ text }) => scriptsIn(text))
  expect(found.length).toBeGreaterThan(100)
  expect(pages.flatMap(missingScripts)).toEqual([])
})

test('a script that does not exist is noticed', () => {
  const text =
    'Run `npm run lnit`, `npm run preview --prefix site`, `npm run build --prefix nowhere` or `npm test -- x`.'
  expect(missingScripts({ path: 'x.md', text })).toEqual(['x.md: npm run lnit', 'x.md: npm run build nowhere'])
})

/** Folders of this repository, or of `src`, whose files pages name. */
const FOLDERS = globSync(['*/', 'src/*/', '.github', '.ci'], { cwd: root })
  .map((path) =>
    path
      .replaceAll('\\', '/')
      .replace(/\/$/, '')
      .replace(/^src\//, ''),
  )
  .filter((name) => !['node_modules', 'build', 'dist', 'reports'].includes(name))

/** Named as they are in somebody else's project, or come about when something runs. */
const ELSEWHERE = [
  /^test\/contract\.test\.ts$/,
  /^src\/test\/java\//,
  /^test\/browser\/screenshots/,
  /^test\/fuzz\/findings/,
  /^site\/build/,
]

function missingFiles(page: Page | Text): string[] {
  return inlineCode(page)
    .map(({ text }) => text.replace(/:\d+$/, ''))
    .filter((text) => /^\.?[\w-]+(?:\/[\w.@*,{}-]+)+\/?$/.test(text) && FOLDERS.includes(text.split('/', 1)[0] ?? ''))
    .filter((path) => !ELSEWHERE.some((one) => one.test(path)))
    .filter((path) => !['', 'src'].some((folder) => globSync(join(folder, path), { cwd: root }).length > 0))
    .map((path) => `${page.path}: there is no ${path}`)
}

test('every file of the repository that a page names exists', () => {
  const found = pages.filter(({ path }) => !PAST.has(path)).flatMap(missingFiles)
  expect(found).toEqual([])
})

test('a file that does not exist is noticed', () => {
  const text = 'See `src/mock.ts`, `src/mocks.ts`, `engine/mock.ts`, `src/products/*` and `docs/nowhere.md`.'
  expect(missingFiles({ path: 'x.md', text })).toEqual([
    'x.md: there is no src/mocks.ts',
    'x.md: there is no docs/nowhere.md',
  ])
})
