import { expect, test } from 'vitest'
import { commandsIn, EXIT_CODES, isServer, NOT_RUN, pageCommands } from '../../tools/package/page-commands.ts'

test('a line of a block is a command, without its comment', () => {
  expect(commandsIn('a --b c#d\ne \\\n  --f   # g\n\n# h\n')).toEqual(['a --b c#d', 'e --f'])
})

test('lines that share a variable or a process are one command', () => {
  expect(commandsIn('mock &\npid=$!\nkill $pid\n')).toEqual(['mock &\npid=$!\nkill $pid'])
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
