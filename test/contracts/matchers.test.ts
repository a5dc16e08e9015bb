import { expect, test } from 'vitest'
import { time } from '../../src/traffic/recording/matchers.ts'

const regexOf = (matcher: object): RegExp => new RegExp('regex' in matcher ? String(matcher.regex) : '')

test.for(['2026-01-05T10:20:30+08:00', '2028-02-29T23:59:59+08:00', '0001-12-31T00:00:00+08:00'])(
  'a contract takes the time %s',
  (text) => expect(text).toMatch(regexOf(time())),
)

test.for([
  ...['2026-00-05T10:20:30+08:00', '2026-13-05T10:20:30+08:00', '2026-01-00T10:20:30+08:00'],
  ...['2026-01-32T10:20:30+08:00', '2026-01-05T24:00:00+08:00', '2026-01-05T10:60:00+08:00'],
  ...['2026-01-05T10:20:60+08:00', '2026-01-05T10:20:30Z', '2026-01-05 10:20:30+08:00', '2026-01-05'],
])('but not %s', (text) => expect(text).not.toMatch(regexOf(time())))
