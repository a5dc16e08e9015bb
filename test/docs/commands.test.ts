import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CliCommand } from '../../src/cli/command.ts'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { cli } from '../cli/cli.ts'
import { aDirectory } from '../stores/data-files.ts'
import { page, pages } from './markdown.ts'
import { commandOf, names } from './program.ts'

/** Every line of the blocks for the shell. */
const shell = pages.flatMap(({ path, blocks }) =>
  blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => code.split('\n').map((line) => ({ path, line }))),
)

/** Those that call the package. */
const lines = shell.flatMap(({ path, line }) => {
  const [, args] = /^npx wechatpay-mock\b(.*?)(?:\s+&|\s+>\s+\S+)?(?:\s+#.*)?$/.exec(line) ?? []
  return args === undefined ? [] : [{ path, args: args.trim() }]
})

/** Lines of the blocks for PowerShell, which are not run there: what they send is sent. */
const powerShell = pages.flatMap(({ path, blocks }) =>
  blocks
    .filter(({ language }) => language === 'powershell')
    .flatMap(({ code }) => code.split('\n').map((line) => ({ path, line }))),
)

const callsOfPowerShell = powerShell.flatMap(({ path, line }) => {
  const [, target, method, body] =
    /^Invoke-RestMethod http:\/\/127\.0\.0\.1:8089(\/_mock\S+) -Method (\w+) -ContentType application\/json -Body '(.*)'$/.exec(
      line,
    ) ?? []
  return target && method ? [{ path, method: method.toUpperCase(), target, body }] : []
})

/** Those that call the control API. */
const callsOfShell = shell.flatMap(({ path, line }) => {
  const [, given, target = '', body] =
    /^curl (?:-X (\w+) )?'?http:\/\/127\.0\.0\.1:8089(\/_mock\/[^\s']+)'?(?: -H 'Content-Type: application\/json' -d '(.*)')?$/.exec(
      line,
    ) ?? []
  const method = given ?? (body === undefined ? 'GET' : 'POST')
  return target === '' ? [] : [{ path, method, target, body }]
})

const calls = [...callsOfShell, ...callsOfPowerShell]

/** The words of a simple command line, as a shell makes them. */
const wordsOf = (line: string) =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|[^\s'"]+/g)].map(([word, single, double]) => single ?? double ?? word)

/** Takes the action out of a command and of those below it, so that only its words are read. */
function doNothing(command: CliCommand): void {
  for (const below of command.commands) doNothing(below as CliCommand)
  if (command.commands.length === 0) command.action(() => undefined)
}

/** @throws UsageError for a command or an option that does not exist, a value that cannot be, or an argument that is missing */
async function readWords(words: readonly string[]): Promise<void> {
  const [first = ''] = words
  const name = names.includes(first) ? first : 'serve'
  const command = await commandOf(name)
  doNothing(command)
  await command.parseAsync(name === first ? words.slice(1) : words, { from: 'user' })
}

test('command lines are found', () => {
  expect(lines.length).toBeGreaterThan(50)
})

test('a command line that does not exist is noticed', async () => {
  await expect(readWords(['sign', 'GET', '/v3/certificates', '--no-such-option'])).rejects.toThrow('--no-such-option')
  await expect(readWords(['--port', 'many'])).rejects.toThrow('--port')
})

test.for(lines)('$path: wechatpay-mock $args', async ({ args }) => {
  await readWords(wordsOf(args))
})

/** Options of curl that pages may use: curl 7.81, which Ubuntu 22.04 has, knows them; `--json` came with 7.82. */
const CURL_OPTIONS = new Set(['-H', '-X', '-d', '-i', '-s', '-si', '-v', '--cacert'])

test('every curl runs on Ubuntu 22.04', () => {
  const commands = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/(?:^|`)curl ([^`\n]*)/gm)].map(([, words = '']) => ({ path, words })),
  )
  expect(commands.length).toBeGreaterThan(40)
  const newer = commands.flatMap(({ path, words }) =>
    words
      .replaceAll(/'[^']*'|"[^"]*"/g, '')
      .split(/\s+/)
      .filter((word) => word.startsWith('-') && !CURL_OPTIONS.has(word))
      .map((option) => `${path}: ${option}`),
  )
  expect(newer).toEqual([])
})

test.for(calls)('$path: $method $target $body is done', async ({ method, target, body }) => {
  await using mock = await startedMock()
  const init = { method, ...(body !== undefined && { body, headers: { 'Content-Type': 'application/json' } }) }
  const answer = await fetch(mock.url + target, init)
  expect(answer.ok, await answer.text()).toBe(true)
})

test('calls of the control API are found in the READMEs and in the recipes', () => {
  expect(new Set(calls.map(({ path }) => path)).size).toBeGreaterThanOrEqual(6)
})

test.for(['md', 'zh-CN.md'])('the first call of command-line.%s is signed and answered', async (ending) => {
  const lines = powerShell.filter(({ path }) => path === `docs/command-line.${ending}`)
  const text = lines.map(({ line }) => line).join('\n')
  const valueIn = (name: string) => new RegExp(`^\\$${name} = '(.*)'$`, 'm').exec(text)?.[1] ?? ''
  const [, command = ''] = /^\$authorization = npx wechatpay-mock (.*)$/m.exec(text) ?? []
  const file = join(await aDirectory(), 'body.json')
  await writeFile(file, valueIn('body'))
  const words = command.split(' ').map((word) => ({ $url: valueIn('url'), 'body.json': file })[word] ?? word)
  const { stdout: authorization } = await cli(words)

  await using mock = await startedMock()
  const answer = await fetch(mock.url + new URL(valueIn('url')).pathname, {
    method: 'POST',
    headers: { Authorization: authorization.trim(), Accept: 'application/json', 'Content-Type': 'application/json' },
    body: await readFile(file),
  })
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('wechatpay_associate_time')])
})

async function startedMock(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = await startServer({ port: 0 })
  return { url: server.url, [Symbol.asyncDispose]: () => server.close(0) }
}

test.for(['docs/command-line.md', 'docs/command-line.zh-CN.md'])('%s has every command', (path) => {
  const listed = [...page(path).text.matchAll(/^\| `([a-z]+)/gm)].map(([, name]) => name)
  expect(new Set(listed)).toEqual(new Set(names))
})
