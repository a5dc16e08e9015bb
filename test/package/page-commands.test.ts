import { expect, test } from 'vitest'
import {
  commandsIn,
  EXIT_CODES,
  isServer,
  NOT_RUN,
  pageCommands,
  withoutRepeats,
} from '../../tools/package/page-commands.ts'

test('a line of a block is a command, without its comment', () => {
  expect(commandsIn('a --b c#d\ne \\\n  --f   # g\n\n# h\n')).toEqual(['a --b c#d', 'e --f'])
})

test('lines that share a variable or a process are one command', () => {
  expect(commandsIn('mock &\npid=$!\nkill $pid\n')).toEqual(['mock &\npid=$!\nkill $pid'])
})

test('a command is repeated by the same words only, and an installation by one of the same packages and more', () => {
  const commands = [
    'npm install ./a.tgz b',
    'npx a',
    'npm install --save-dev b ./a.tgz',
    'npm install c',
    'npx a',
    'npx a b',
  ]
  const texts = withoutRepeats(
    commands.map((text) => ({ place: 'a page', text })),
    'npm install --save-dev ./a.tgz b',
  ).map(({ text }) => text)
  expect(texts).toEqual(['npx a', 'npm install c', 'npx a b'])
})

test('of an installation only what brings something new is left, also among the lines of a block', () => {
  const commands = ['npm install --save-dev ./a.tgz c', 'npm install b ./a.tgz\na &\nb=$!\nnpx c']
  const texts = withoutRepeats(
    commands.map((text) => ({ place: 'a page', text })),
    'npm install --save-dev ./a.tgz b',
  ).map(({ text }) => text)
  expect(texts).toEqual(['npm install --save-dev c', 'a &\nb=$!\nnpx c'])
})

test('a command of the package is repeated by one with the same options, whatever their values, and whatever it runs', () => {
  const commands = [
    'npx wechatpay-mock run -- java -jar shop.jar',
    'npx wechatpay-mock run --seed life -- go test',
    'npx wechatpay-mock run -- pytest -q',
    'npx wechatpay-mock pact show a.json',
    'npx wechatpay-mock pact verify a.json',
    'npx wechatpay-mock pact verify b.json',
    'npx wechatpay-mock pact verify a.json --junit a.xml',
    'npx wechatpay-mock openapi',
    'npx wechatpay-mock openapi > a.json',
  ]
  const texts = withoutRepeats(
    commands.map((text) => ({ place: 'a page', text })),
    'npm install ./a.tgz',
  ).map(({ text }) => text)
  expect(texts).toEqual(commands.filter((_, i) => ![2, 5].includes(i)))
})

test('commands are found on the pages, and nearly all of them are run', () => {
  const left = pageCommands.filter(({ text }) => NOT_RUN.some(([start]) => text.startsWith(start)))
  expect(pageCommands.length).toBeGreaterThan(140)
  expect(left.length).toBeLessThan(40)
  expect(pageCommands.filter(({ text }) => isServer(text)).length).toBeGreaterThan(3)
})

test.for([...NOT_RUN, ...EXIT_CODES])('a page has the exception: %s', ([start]) => {
  expect(pageCommands.some(({ text }) => text.startsWith(start))).toBe(true)
})
