import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isCurlCommand, parseCurlCommand } from '../../src/cli/explain/curl-command.ts'
import type { Language } from '../../src/cli/texts.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { shellQuote } from '../../src/wire/shared/shell.ts'
import { run } from './cli.ts'

describe('a curl command line', () => {
  const parse = (text: string, language: Language = 'en') => parseCurlCommand(text, false, language)
  const wordsOf = (text: string) => parse(`curl http://x/ --data-raw ${text}`).body.toString()

  test.for<[string, string]>([
    [`'it'\\''s "so"'`, `it's "so"`],
    [`"a\\"b\\\\c\\d'e"`, `a"b\\c\\d'e`],
    [`$'a\\'b\\n\\u5238\\x41\\\\'`, `a'b\n券A\\`],
    [`a\\ b`, 'a b'],
    [`'a'"b"c`, 'abc'],
    [`'$HOME \`id\`'`, '$HOME `id`'],
    [`'line\none'`, 'line\none'],
    [`"costs 5$"`, 'costs 5$'],
    [`'x' ; rm -rf /`, 'x'],
    [`'x' | jq`, 'x'],
    [`'x'\ncurl http://y/`, 'x'],
  ])('%j is %j', ([text, value]) => {
    expect(wordsOf(text)).toBe(value)
  })

  test('agrees with a shell on any text that is quoted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(wordsOf(shellQuote(text))).toBe(text)
      }),
    )
  })

  test('has the words that a real shell makes of it', async () => {
    const words = [`'a'\\''b'`, `"x\\"y\\\\z"`, `c\\ d`, `e"f"'g'`]
    const { stdout } = await run('sh', ['-c', `printf '%s\\n' ${words.join(' ')}`])

    expect(words.map(wordsOf)).toEqual(stdout.trimEnd().split('\n'))
  })

  test.for<[string, object]>([
    ['curl http://h/p?q=1', { method: 'GET', url: 'http://h/p?q=1', body: Buffer.alloc(0) }],
    ['curl -d a=1 -d b=2 h/p', { method: 'POST', body: Buffer.from('a=1&b=2') }],
    ['curl -G -d a=1 h/p?b=2', { method: 'GET', url: 'h/p?b=2&a=1', body: Buffer.alloc(0) }],
    ['curl -XPATCH h', { method: 'PATCH' }],
    ['curl -sSkX DELETE --url h', { method: 'DELETE', url: 'h' }],
    ['curl -I h', { method: 'HEAD' }],
    [`curl --json '{"a":1}' h`, { method: 'POST', body: Buffer.from('{"a":1}') }],
    ['curl -o out --max-time 3 -w x -b c=d h', { method: 'GET', url: 'h' }],
  ])('%s', ([text, request]) => {
    expect(parse(text)).toMatchObject(request)
  })

  test('has the headers that curl adds, unless they are set or taken away', () => {
    expect(Object.fromEntries(parse('curl h').headers)).toEqual({ accept: '*/*', 'user-agent': 'curl' })
    const { headers } = parse(`curl h -H 'Accept:' -H "User-Agent: me" -A you -H 'X: 1' -d x`)
    expect(Object.fromEntries(headers)).toEqual({
      'user-agent': 'you',
      x: '1',
      'content-type': 'application/x-www-form-urlencoded',
    })
  })

  test.for<[string, string]>([
    ['curl h -d "$BODY"', '$BODY'],
    [`curl h -d "$\{BODY}"`, `$\{BODY}`],
    ['curl h -d "$(cat x)"', '$(…)'],
    ['curl h -d `cat x`', '`…`'],
    ['curl h -d @/etc/passwd', '@/etc/passwd'],
    ['curl h --json @x', '@x'],
    ['curl h -F a=b', '--form'],
    ['curl h --nonsense', '--nonsense'],
    ['curl h -q', '-q'],
    ['curl h --request=PUT', '--request'],
    [`curl h${' -s'.repeat(1_001)}`, '1000'],
    ['curl h g', 'h and g'],
    ['curl -s', 'no URL'],
    ['curl h -H', '-H'],
    ["curl h -d 'x", 'quote'],
    ['curl h -d "x', 'quote'],
    ["curl h -d $'x", 'quote'],
    ['curl h -H nonsense', 'nonsense'],
    ["curl h -H 'A: b\nC: d'", 'not a header'],
  ])('%s is refused, for %s', ([text, reason]) => {
    expect(() => parse(text)).toThrow(UsageError)
    expect(() => parse(text)).toThrow(reason)
    expect(() => parse(text, 'zh')).toThrow(/[\u4e00-\u9fff]/)
  })

  test('is read, or refused, whatever it says, in time that grows with its length', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...`'"\\$ \n-dHX@;|&:={}()a\``) }), (text) => {
        try {
          parse(`curl ${text}`)
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError)
        }
      }),
    )
    for (const unit of [' ', '\\', '"', "''", '$', '\\\n', '-s ', '$1'.replace('1', "'\\u00e9'")]) {
      const text = `curl h ${unit.repeat(500_000 / unit.length)}`
      try {
        parse(text)
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError)
      }
    }
  })

  test('is known by its first word', () => {
    expect(['curl x', '  $ curl x', 'curl.exe x', '> curl\nx'].map(isCurlCommand)).toEqual([true, true, true, true])
    expect(['POST /x HTTP/1.1', 'curly x', 'Curl: x'].map(isCurlCommand)).toEqual([false, false, false])
  })
})
