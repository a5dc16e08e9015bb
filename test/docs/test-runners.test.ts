import { describe, expect, test } from 'vitest'
import { OLDEST_PEERS } from '../../src/engine/peers.ts'
import { required, shown } from '../../tools/matrix/programs.ts'
import { projects } from '../../tools/matrix/projects.ts'
import { block } from './block.ts'
import { read } from './markdown.ts'
import { FROM_SOURCE, outputOf } from './output-of.ts'

const english = read('docs/test-runners.md')
const chinese = read('docs/test-runners.zh-CN.md')

test('both languages have the same programs, headings and tables', () => {
  const shape = (page: string) => ({
    programs: page.match(/<!-- example: .* -->\n```\w+\n[\s\S]*?\n```/g),
    headings: page.match(/^#+ /gm)?.length,
    rows: page.match(/^\|/gm)?.length,
  })
  expect(shape(chinese)).toEqual(shape(english))
})

// Everywhere else it is run by `npm run test:matrix`, with the packed package.
test.for([
  ['shop', 2],
  ['with-msw', 1],
] as const)('the program %s runs with node:test, from source', async ([name, tests]) => {
  const output = await outputOf(...FROM_SOURCE, '--input-type=module', '--eval', shown(name))
  expect(output).toMatch(new RegExp(`^. pass ${tests}$`, 'm'))
})

test('the lines with require are those with import', () => {
  const imports =
    block(english, 'shop')
      .match(/^import .*\n/gm)
      ?.join('') ?? ''
  expect(block(english, 'shop-require')).toBe(required(imports))
})

describe.for(Object.entries(OLDEST_PEERS))('%s', ([name, oldest]) => {
  /** Versions that the matrix runs something with; a project that is told to renew its packages is not one. */
  const tested = projects
    .filter(({ cases }) => cases.every(({ refusal }) => refusal === undefined))
    .flatMap(({ packages }) => packages[name] ?? [])

  test('is tested in its oldest version', () => {
    expect(tested.some((version) => version.startsWith(`${oldest}.`))).toBe(true)
  })

  test.for([english, chinese])('stands in the table with its oldest version and those that are tested', (page) => {
    const row = page.split('\n').find((line) => line.startsWith('|') && line.includes(`| \`${name}\` |`)) ?? ''
    const [, , , from, versions = ''] = row.split('|').map((cell) => cell.trim())
    expect(from).toBe(oldest)
    expect(versions.split(/, |、/).toSorted()).toEqual([...new Set(tested)].toSorted())
  })
})
