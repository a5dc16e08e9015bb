import { globSync, readFileSync } from 'node:fs'
import { parseSync, Visitor } from 'rolldown/utils'
import { expect, test } from 'vitest'

const DASHBOARD = new URL('../../dashboard/', import.meta.url)

/** Names, terms of HTTP, JSON and durations, which every language writes alike; and what languages call themselves. */
const ALIKE = [
  'wechatpay-mock',
  'UTC+8',
  'POST',
  '中文',
  'English',
  'P31D, PT5M, -PT1H',
  'fault',
  '{ "out_trade_no": "MCH_1" }',
]

/** Attributes that people read or hear. */
const WORDED = ['title', 'aria-label', 'placeholder', 'label', 'legend', 'alt']

test('every text of the dashboard is among its texts, in both languages', () => {
  const found: string[] = []
  const files = globSync('**/*.tsx', { cwd: DASHBOARD })
  for (const file of files) {
    const { program, errors } = parseSync(file, readFileSync(new URL(file, DASHBOARD), 'utf8'))
    expect(errors, file).toEqual([])
    const judge = (text: string) => {
      if (/\p{L}{2}/u.test(text) && !ALIKE.includes(text.trim())) found.push(`${file}: ${text.trim()}`)
    }
    new Visitor({
      JSXText: ({ value }) => judge(value),
      JSXAttribute({ name, value }) {
        const isWorded = name.type === 'JSXIdentifier' && WORDED.includes(name.name)
        if (isWorded && value?.type === 'Literal') judge(String(value.value))
      },
      JSXExpressionContainer({ expression }) {
        if (expression.type === 'Literal' && typeof expression.value === 'string') judge(expression.value)
      },
      Literal({ value }) {
        if (typeof value === 'string' && /\p{Script=Han}/u.test(value)) judge(value)
      },
    }).visit(program)
  }
  expect(files.length).toBeGreaterThan(40)
  expect(found).toEqual([])
})
