import { readdirSync, readFileSync } from 'node:fs'
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { unpinned } from '../../tools/check-release.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const filesIn = (folder: string) =>
  readdirSync(new URL(folder, root))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => folder + name)

/** Errors that GitHub's own parser finds in a workflow: YAML, members, and expressions. */
async function faultsOf(name: string, content: string): Promise<readonly string[]> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter())
  if (value) await convertWorkflowTemplate(context, value)
  return context.errors.getErrors().map(({ message }) => message)
}

const scripts: Readonly<Record<string, string>> = JSON.parse(read('package.json')).scripts

describe.for(filesIn('.github/workflows/'))('%s', (path) => {
  const content = read(path)

  test('is a workflow', async () => {
    expect(await faultsOf(path, content)).toEqual([])
  })

  // The owner of an action can move its tags, and the action gets the job's token.
  test('pins actions to a commit', () => {
    expect(content).toContain('uses: ')
    expect(unpinned({ [path]: content })).toEqual([])
  })

  test('says what it may do, and how long', () => {
    const { permissions, jobs } = parse(content)
    expect(permissions).toEqual({ contents: 'read' })
    for (const job of Object.values<{ 'timeout-minutes'?: number }>(jobs))
      expect(job['timeout-minutes']).toBeGreaterThan(0)
  })

  test('runs only scripts that there are', () => {
    const named = [...content.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })
})

// All later steps see the files that a step writes into the checkout: tests would read an extra page.
test('the release writes nothing into the checkout before the tests', () => {
  const { jobs } = parse(read('.github/workflows/release.yml'))
  const written = jobs.check.steps.flatMap(({ run = '' }: { run?: string }) => [...run.matchAll(/> *(\S+)/g)])
  expect(written.map(([, file]: RegExpMatchArray) => file)).toEqual(['"$RUNNER_TEMP/notes.md"'])
})

test('a workflow that is none is noticed', async () => {
  const broken = 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    step: []\n'
  expect(await faultsOf('broken.yml', broken)).not.toEqual([])
  const unknown = `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo \${{ nobody.knows }}\n`
  expect(await faultsOf('unknown.yml', unknown)).not.toEqual([])
})

/** The members of an issue form, as GitHub describes them, that we use. */
interface Form {
  readonly name: string
  readonly description: string
  readonly labels: readonly string[]
  readonly body: readonly {
    readonly type: string
    readonly id?: string
    readonly attributes: { readonly label?: string; readonly value?: string; readonly options?: readonly string[] }
  }[]
}

const forms = filesIn('.github/ISSUE_TEMPLATE/').filter((path) => !path.endsWith('config.yml'))

describe.for(forms)('%s', (path) => {
  const { name, description, labels, body }: Form = parse(read(path))

  test('is an issue form: what GitHub asks for is there', () => {
    expect([name, description].every((text) => typeof text === 'string' && text.length > 0)).toBe(true)
    expect(labels.length).toBeGreaterThan(0)
    const ids = body.flatMap(({ id }) => (id === undefined ? [] : [id]))
    expect(new Set(ids).size).toBe(ids.length)
    for (const { type, id, attributes } of body) {
      expect(['markdown', 'textarea', 'input', 'dropdown']).toContain(type)
      if (type === 'markdown') expect(attributes.value).toMatch(/\S/)
      else expect([id, attributes.label]).toEqual([expect.stringMatching(/^[\w-]+$/), expect.any(String)])
      if (type === 'dropdown') expect(new Set(attributes.options).size).toBeGreaterThan(1)
    }
  })

  test('asks in both languages', () => {
    const asked = body.map(({ attributes }) => attributes.label ?? attributes.value ?? '')
    for (const text of [name, description, ...asked]) expect(text).toMatch(/\p{Script=Latin}.*\p{Script=Han}/su)
  })
})

test('what is left of the forms is YAML', () => {
  expect(parse(read('.github/ISSUE_TEMPLATE/config.yml'))).toEqual({ blank_issues_enabled: false })
  expect(parse(read('.github/release.yml')).changelog.categories.length).toBeGreaterThan(1)
})
