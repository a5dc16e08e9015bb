import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { Writable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ownCommand } from '../../src/cli/command.ts'
import { parseJson } from '../../src/cli/files.ts'
import { BoundedLog, type LogTexts, logLine } from '../../src/cli/log-line.ts'
import { oneLine } from '../../src/cli/output.ts'
import { texts as startedMockTexts } from '../../src/cli/seeded-mock.ts'
import { nothingFound } from '../../src/engine/journal/found.ts'
import type { Exchange } from '../../src/engine/journal/journal.ts'
import { DEFAULT_SETTINGS } from '../../src/engine/settings.ts'
import { parseRawMessage } from '../../src/traffic/recording/raw-message.ts'
import { describeCause, en as diagnosisEn, zh as diagnosisZh } from '../../src/wire/diagnosis/index.ts'
import { shellQuote } from '../../src/wire/shared/shell.ts'
import { run } from './cli.ts'

describe('JSON that is none', () => {
  const placeOf = (text: string): string => {
    try {
      parseJson(text, 'f', 'en')
      return 'fine'
    } catch (error) {
      return error instanceof Error ? (error.message.split(': ')[0] ?? '') : ''
    }
  }

  test.for([
    ['{"a":1,}', 'f:1:8'],
    ['{"a":1 "b":2}', 'f:1:8'],
    ['{"a":[1,2\n,3}', 'f:2:3'],
    ['[1,]', 'f:1:4'],
    ['{a:1}', 'f:1:2'],
    ["{'a':1}", 'f:1:2'],
    ['[01]', 'f:1:3'],
    ['[nul]', 'f:1:2'],
    ['{"a":"\n"}', 'f:1:6'],
    ['[1] x', 'f:1:5'],
    ['[1', 'f:1:3'],
    ['{"a"', 'f:1:5'],
    ['\uFEFF{"a":1}', 'fine'],
  ])('%j is wrong at %s', ([text = '', place]) => {
    expect(placeOf(text)).toBe(place)
  })

  test('every cut of a good text is found to end too early, or at a broken word', () => {
    const json = fc.json({ maxDepth: 3 }).filter((text) => /^[[{"]/.test(text) && text.length > 1)
    fc.assert(
      fc.property(json, fc.nat(), (text, cut) => {
        const part = text.slice(0, cut % text.length)
        const column = Number(placeOf(part).split(':')[2])
        expect(column).toBeGreaterThan(0)
        expect(column).toBeLessThanOrEqual(part.length + 1)
      }),
    )
  })
})

describe('a raw message', () => {
  test.for([
    [
      'HTTP/1.1 200 OK\r\nA: 1\r\nb:2 \r\n\r\nbody\r\n\r\nmore',
      { startLine: 'HTTP/1.1 200 OK', a: '1', b: '2', body: 'body\r\n\r\nmore' },
    ],
    ['HTTP/1.1 200 OK\nA: 1\n\nbody\r\n\r\n', { startLine: 'HTTP/1.1 200 OK', a: '1', body: 'body\r\n\r\n' }],
    ['HTTP/2 204 \r\nA: 1\r\n\r\n', { startLine: 'HTTP/2 204 ', a: '1', body: '' }],
    ['POST /v3/x HTTP/1.1\r\nA: 1\r\nA: 2\r\n\r\n{}', { startLine: 'POST /v3/x HTTP/1.1', a: '1, 2', body: '{}' }],
    ['A: 1\nB: 2', { startLine: '', a: '1', b: '2', body: '' }],
    [
      'HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab\n',
      { startLine: 'HTTP/1.1 200 OK', 'content-length': '2', body: 'ab' },
    ],
  ] as const)('%j is taken apart', ([text, { startLine, body, ...headers }]) => {
    const raw = parseRawMessage(Buffer.from(text))

    expect(
      raw && { startLine: raw.startLine, body: raw.body.toString(), headers: Object.fromEntries(raw.headers) },
    ).toEqual({
      startLine,
      body,
      headers,
    })
  })

  test.for(['', '{"a": 1}', '{\n  "a": 1\n}', 'no message', '\n\n'])('%j is none', (text) => {
    expect(parseRawMessage(Buffer.from(text))).toBeUndefined()
  })
})

describe('the shell', () => {
  test('reads every quoted word as it was', async () => {
    const words = ['plain', "it's", 'a b', '$(x) `y` "z" \\', '', '*', '~', '中文', 'a\nb', '=x', '{"a":1}']
    const { stdout } = await run('bash', ['-c', `printf '%s\\0' ${words.map(shellQuote).join(' ')}`])

    expect(stdout.split('\0').slice(0, -1)).toEqual(words)
  })

  test('calls an installed program through npx, and another with the Node that runs it', () => {
    expect(ownCommand('/shop/node_modules/.bin/wechatpay-mock')).toBe('npx wechatpay-mock')
    expect(ownCommand(String.raw`C:\shop\node_modules\wechatpay-mock\dist\src\cli\main.js`)).toBe('npx wechatpay-mock')
    expect(ownCommand('/my clone/src/cli/main.ts', '')).toBe(
      `${shellQuote(process.execPath)} '/my clone/src/cli/main.ts'`,
    )
  })

  test('calls what the shell finds by its name alone', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'wechatpay mock '))
    onTestFinished(() => rm(directory, { recursive: true }))
    const [script, bin, ofNpm] = [
      join(directory, 'main.js'),
      join(directory, 'bin'),
      join(directory, 'node_modules/.bin'),
    ]
    await Promise.all([writeFile(script, ''), mkdir(bin), mkdir(ofNpm, { recursive: true })])
    await symlink(process.execPath, join(ofNpm, 'node'))
    const other = join(directory, 'other')
    await mkdir(other)
    await writeFile(join(other, 'node'), '')

    // Folders that npm puts in front are not on the PATH of the shell that the command is pasted into.
    expect(ownCommand(script, ofNpm)).toBe(`${shellQuote(process.execPath)} ${shellQuote(script)}`)
    await symlink(process.execPath, join(bin, 'node'))
    expect(ownCommand(script, [ofNpm, bin].join(delimiter))).toBe(`node ${shellQuote(script)}`)
    expect(ownCommand(script, [other, bin].join(delimiter))).toBe(
      `${shellQuote(process.execPath)} ${shellQuote(script)}`,
    )
    await symlink(script, join(bin, 'wechatpay-mock'))
    expect(ownCommand(join(bin, 'wechatpay-mock'), bin)).toBe('wechatpay-mock')
  })

  test('calls what npx has not from the registry by its path', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'wechatpay-mock-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const cache = join(directory, '_npx/d5ee07c5aaae1325')
    const script = join(cache, 'node_modules/.bin/wechatpay-mock')
    await mkdir(dirname(script), { recursive: true })
    const from = (spec: string) =>
      writeFile(join(cache, 'package.json'), JSON.stringify({ _npx: { packages: [spec] } }))

    await from('wechatpay-mock')
    expect(ownCommand(script)).toBe('npx wechatpay-mock')
    await from('wechatpay-mock@0.1.0')
    expect(ownCommand(script)).toBe('npx wechatpay-mock@0.1.0')
    await from('/downloads/wechatpay-mock-0.1.0.tgz')
    expect(ownCommand(script, '')).toBe(`${shellQuote(process.execPath)} ${shellQuote(script)}`)
  })
})

describe('a log line', () => {
  const exchange: Exchange = {
    id: '08AB',
    at: 0,
    durationMs: 1.26,
    request: { method: 'GET', target: '/v3/x', headers: {}, body: new Uint8Array() },
    response: { status: 200, headers: [['Request-ID', '08AB-0']], body: new Uint8Array() },
    remarks: [],
    before: nothingFound(DEFAULT_SETTINGS),
  }

  test('tells what was asked and answered', () => {
    expect(logLine(exchange, false)).toBe('GET /v3/x 200 1.3ms 08AB-0')
  })

  test('says that a call is only shaped', () => {
    const zh: LogTexts = { ...startedMockTexts.zh, language: 'zh', diagnosis: diagnosisZh }

    expect(logLine({ ...exchange, shaped: true }, false)).toBe('GET /v3/x 200 shaped 1.3ms 08AB-0')
    expect(logLine({ ...exchange, shaped: true, code: 'PARAM_ERROR' }, false, zh)).toBe(
      'GET /v3/x 200 PARAM_ERROR 按文档应答 1.3ms 08AB-0',
    )
  })

  test('has colours only when asked for', () => {
    expect(logLine(exchange, true)).toContain('\u001b[32m200\u001b[39m')
  })

  test('stays one line, whatever a client sends', () => {
    const target = `/v3/\u001b[2J\u0085\u202e${'x'.repeat(300)}?api_key=1&Token=2&a=3`
    const line = logLine(
      {
        ...exchange,
        request: { ...exchange.request, target },
        remarks: [{ about: 'path', text: { en: 'a\nb', zh: '甲\n乙' } }],
      },
      false,
    )

    expect(line).toMatch(/^GET \/v3\/\\u001b\[2J\\u0085\\u202ex+… 200 1\.3ms 08AB-0 path: a\\nb$/)
  })

  test.for([
    [
      'a name that has it in it',
      '/v3/x?api_key=1&Token=2&a=3&paySign=4',
      '/v3/x?api_key=***&Token=***&a=3&paySign=***',
    ],
    ['the name begins in the path', '/v3/x&token=1', '/v3/x&token=***'],
    ['an address within an address', '/v3/x?next=https://a.b/c?token=1', '/v3/x?next=https://a.b/c?token=***'],
    ['a value with all that a value may have', '/v3/x?key=a=b?c&d=e', '/v3/x?key=***&d=e'],
    ['no value', '/v3/keys?key&token=', '/v3/keys?key&token=***'],
    ['no secret', '/v3/key=1?a=key&b=2', '/v3/key=1?a=key&b=2'],
  ] as const)('hides a secret where there is %s', ([, target, shown]) => {
    expect(logLine({ ...exchange, request: { ...exchange.request, target } }, false)).toBe(
      `GET ${shown} 200 1.3ms 08AB-0`,
    )
  })

  test('hides a secret wherever the line is cut', () => {
    for (let length = 170; length < 210; length++) {
      const target = `/${'x'.repeat(length)}?api_key=SECRET&a=3`

      expect(logLine({ ...exchange, request: { ...exchange.request, target } }, false)).not.toContain('=S')
    }
  })

  // A thousand times what they need. If the work is not in proportion to the length, the first alone takes longer.
  test.for(['?key', '?key=', '&', '?', '=', '?a=b', '%00', '\u202e'])(
    'of 16 KB of %j costs next to nothing',
    (text) => {
      const target = `/${text.repeat(16_384 / text.length)}`
      const started = performance.now()
      let lines = 0
      while (lines < 100 && performance.now() - started < 20_000) {
        expect(logLine({ ...exchange, request: { ...exchange.request, target } }, false).length).toBeLessThan(300)
        lines += 1
      }

      expect(lines).toBe(100)
    },
  )

  test('of a callback says which try of which event it is, and where it went', () => {
    const callback = { id: 'N-1', eventType: 'COUPON.SEND', attempt: 2 }
    const { response: _, ...unanswered } = exchange
    const request = { ...exchange.request, method: 'POST', target: 'http://127.0.0.1:3000/notify' }
    const remarks = [{ about: 'callback', text: { en: 'Nobody listens there.', zh: '那里没有程序监听。' } } as const]

    expect(logLine({ ...exchange, request, callback }, false)).toBe(
      'callback COUPON.SEND#2 POST http://127.0.0.1:3000/notify 200 1.3ms 08AB',
    )
    expect(logLine({ ...unanswered, request, callback, remarks }, false)).toBe(
      'callback COUPON.SEND#2 POST http://127.0.0.1:3000/notify - 1.3ms 08AB callback: Nobody listens there.',
    )
  })

  describe('of a call that was not let in', () => {
    const line = (remark: Partial<Exchange['remarks'][number]>, texts = english) =>
      logLine(
        {
          ...exchange,
          remarks: [{ about: 'signature', text: { en: 'as the journal has it', zh: '与请求记录相同' }, ...remark }],
        },
        false,
        texts,
      )
    const english: LogTexts = { language: 'en', diagnosis: diagnosisEn, notExamined: startedMockTexts.en.notExamined }
    const chinese: LogTexts = { language: 'zh', diagnosis: diagnosisZh, notExamined: startedMockTexts.zh.notExamined }
    const causes = [{ name: 'method_case', value: 'post\n' }, { name: 'url_lower_case' }] as const

    test('says what was wrong and what to do first, on one line, in the language that was chosen', () => {
      const [method, url] = causes.map((cause) => describeCause(cause, diagnosisEn))
      expect(line({ verdict: 'proved', causes })).toBe(
        `GET /v3/x 200 1.3ms 08AB-0 signature: ${method?.explanation} ${url?.explanation} ${method?.fix}`,
      )
      expect(line({ verdict: 'proved', causes }, chinese)).toContain(describeCause(causes[0], diagnosisZh).fix)
    })

    test('says what is certain where that is not all', () => {
      expect(line({ verdict: 'key_unknown', causes: [] })).toMatch(
        /08AB-0 signature: The signature was made with none of .*here\.$/,
      )
      expect(line({ verdict: 'not_examined' }, chinese)).toContain('wechatpay-mock explain --id 08AB ')
      const { explanation, fix } = describeCause({ name: 'digest_sha1' }, diagnosisEn)
      expect(line({ verdict: 'not_examined', causes: [{ name: 'digest_sha1' }] })).toBe(
        `GET /v3/x 200 1.3ms 08AB-0 signature: ${english.notExamined('08AB')} ${explanation} ${fix}`,
      )
      expect(line({})).toContain('signature: as the journal has it')
      expect(line({}, chinese)).toContain('签名：与请求记录相同')
    })
  })

  test('of a bug has no status', () => {
    const { response: _, ...unanswered } = exchange

    expect(logLine({ ...unanswered, remarks: [{ about: 'bug', text: { en: 'oops', zh: '出错' } }] }, false)).toBe(
      'GET /v3/x - 1.3ms 08AB bug: oops',
    )
  })
})

describe('the log', () => {
  test('drops lines that nobody reads, and says how many', () => {
    const written: string[] = []
    let release = () => {}
    const slow = new Writable({
      decodeStrings: false,
      write(chunk, _, done) {
        written.push(String(chunk))
        release = done
      },
    })
    const log = new BoundedLog(slow, (lines) => `${lines} dropped`)
    const line = 'x'.repeat(100_000)
    for (let i = 0; i < 100; i++) log.add(line)
    log.write()
    expect(slow.writableLength).toBeLessThan(2_000_000)

    while (slow.writableLength > 0) release()
    const kept = written.length
    const lines = written.join('').split('\n').length - 1
    log.add('after')
    log.write()
    while (slow.writableLength > 0) release()

    expect(written.slice(kept)).toEqual([`${100 - lines} dropped\nafter\n`])
  })

  test('writes a line at once, and together those that follow shortly upon it', async () => {
    const written: string[] = []
    const log = new BoundedLog(
      new Writable({
        decodeStrings: false,
        write(lines: string, _, done) {
          written.push(lines)
          done()
        },
      }),
      String,
    )
    log.add('first')
    log.add('second')
    log.add('third')
    expect(written).toEqual(['first\n'])

    await vi.waitFor(() => expect(written).toEqual(['first\n', 'second\nthird\n']))
  })

  test('waits for its reader, but not for ever', async () => {
    const never = new Writable({ write() {} })
    const log = new BoundedLog(never, String)
    log.add('line')
    const started = performance.now()
    await log.flush(30)

    expect(performance.now() - started).toBeGreaterThan(20)
  })
})

test('text on one line keeps what can be seen', () => {
  expect(oneLine('a\tb\r\nc 中文 \u2028 \u{1f600}')).toBe(String.raw`a\u0009b\u000d\nc 中文 \u2028 😀`)
})
