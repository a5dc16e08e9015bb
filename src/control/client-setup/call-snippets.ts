import { isJsonObject } from '../../wire/protocol/json-object.ts'
import { textIn } from './callback-snippets.ts'
import type { Say, SnippetLanguage } from './snippet-languages.ts'

/** A call that a program is to make. */
export interface CallToMake {
  readonly method: string
  /** Path and query, as sent. */
  readonly target: string
  /** JSON; empty for none. */
  readonly body: string
  /** `Wechatpay-Serial`: the key that members of the body are encrypted for. */
  readonly serial?: string | undefined
  /** Its recorded answer. */
  readonly answer?: { readonly status: number; readonly body: string } | undefined
}

/** Lines of a program that make a call and print the answer, or compare it with the recorded one. */
export interface CallCode {
  /** Imports besides those that connect the SDK: whole lines, in Go the packages of its library. */
  readonly imports?: readonly string[]
  readonly lines: string
}

/** Methods that all the SDKs have. */
const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Whether the SDK of a language would send exactly this call: some make its body of values of their language. */
export function canSend(format: SnippetLanguage, { method, body }: Pick<CallToMake, 'method' | 'body'>): boolean {
  if (!METHODS.includes(method)) return false
  if (body === '') return true
  if (method === 'GET' || method === 'DELETE') return false
  return format === 'java' || format === 'go' || isJsonObject(exactJson(body))
}

/** @param isTest whether it compares the answer, rather than printing it */
export function callCodeOf(format: SnippetLanguage, call: CallToMake, say: Say, isTest = false): CallCode {
  return writers[format](call, say, isTest)
}

const writers: Readonly<Record<SnippetLanguage, (call: CallToMake, say: Say, isTest: boolean) => CallCode>> = {
  php({ method, target, body, serial, answer }, say) {
    const text = textIn('php')
    const options = literal('php', {
      ...(serial !== undefined && { headers: { 'Wechatpay-Serial': serial } }),
      ...(body !== '' && { json: exactJson(body) }),
    })
    const given = options === EMPTY.php ? '' : options
    const path = target.slice(1)
    // A chain writes capital letters as words with dashes.
    const made = /[A-Z_]/.test(path)
      ? `$instance->getDriver()->request('${method}', ${text(path)}${given && `, ${given}`})`
      : `$instance->chain(${text(path)})->${method.toLowerCase()}(${given})`
    const print = (said: string) => `echo $response->getStatusCode(), ' ', $response->getBody(), PHP_EOL; // ${said}\n`
    if (!isRefused(answer)) return { lines: `$response = ${made};\n${print(say.verified)}` }
    return {
      imports: ['use GuzzleHttp\\Exception\\BadResponseException;'],
      lines: `try {
    $response = ${indented(made, '    ')};
} catch (BadResponseException $refusal) {
    $response = $refusal->getResponse();
}
${print(say.refused)}`,
    }
  },

  java({ method, target, body, answer }, say, isTest) {
    const text = textIn('java')
    const json = body !== ''
    const request = `HttpRequest request = new HttpRequest.Builder()
    .httpMethod(HttpMethod.${method})
    .url(${text(`https://api.mch.weixin.qq.com${target}`)})
    .addHeader("Accept", "application/json")
${json ? `    .addHeader("Content-Type", "application/json")\n    .body(new JsonRequestBody.Builder().body(${text(body)}).build())\n` : ''}    .build();
`
    const sent = 'client.execute(request, Map.class)'
    const refusal = 'import com.wechat.pay.java.core.exception.ServiceException;'
    const imports = json ? ['import com.wechat.pay.java.core.http.JsonRequestBody;'] : []
    if (!isTest) {
      if (!isRefused(answer))
        return { imports, lines: `${request}System.out.println(${sent}.getServiceResponse()); // ${say.verified}\n` }
      return {
        imports: [refusal, ...imports],
        lines: `${request}try {
  ${sent};
} catch (ServiceException refusal) {
  System.out.println(refusal.getHttpStatusCode() + " " + refusal.getResponseBody()); // ${say.refused}
}
`,
      }
    }
    const asserts = (...names: string[]) =>
      ['Test', ...names].map((name) =>
        name === 'Test'
          ? 'import org.junit.jupiter.api.Test;'
          : `import static org.junit.jupiter.api.Assertions.${name};`,
      )
    const { text: wanted, madeUp } = wantedText(target + body, answer?.body ?? '')
    const compared = (got: string) => {
      const masked = madeUp === '' ? got : `${got}.replaceAll(${text(madeUp)}, "\\"$1\\":\\"*\\"")`
      const remark = madeUp === '' ? '' : `// ${say.madeUp}\n`
      return `${remark}assertEquals(JsonParser.parseString(${text(wanted)}), JsonParser.parseString(${masked}));\n`
    }
    const parser = wanted === '' ? [] : ['import com.google.gson.JsonParser;']
    if (isRefused(answer)) {
      return {
        imports: [...parser, refusal, ...imports, ...asserts('assertEquals', 'assertThrows')],
        lines: `${request}ServiceException refusal = assertThrows(ServiceException.class, () -> ${sent});
assertEquals(${answer.status}, refusal.getHttpStatusCode());
${wanted === '' ? '' : compared('refusal.getResponseBody()')}`,
      }
    }
    if (wanted === '')
      return {
        imports: [...imports, ...asserts('assertNull')],
        lines: `${request}assertNull(${sent}.getServiceResponse());\n`,
      }
    return {
      imports: [
        ...parser,
        ...imports,
        'import com.wechat.pay.java.core.http.JsonResponseBody;',
        ...asserts('assertEquals'),
      ],
      lines: `${request}String body = ((JsonResponseBody) ${sent}.getBody()).getBody();\n${compared('body')}`,
    }
  },

  go({ method, target, body, answer }, say, isTest) {
    const text = textIn('go')
    const fail = isTest ? 't.Fatal' : 'log.Fatal'
    const url = `consts.WechatPayAPIServer+${text(target)}`
    const verb = `${method.charAt(0)}${method.slice(1).toLowerCase()}`
    const made =
      method === 'GET'
        ? `client.Get(ctx, ${url})`
        : body === ''
          ? `client.Request(ctx, "${method}", ${url}, nil, nil, nil, consts.ApplicationJSON)`
          : `client.${verb}(ctx, ${url}, ${goJson(body)})`
    const refused = isRefused(answer)
    const [status, got, ending] = refused
      ? ['refusal.StatusCode', 'refusal.Body', say.refused]
      : ['result.Response.StatusCode', 'string(body)', say.verified]
    const sent = refused
      ? `_, err = ${made}
var refusal *core.APIError
if !errors.As(err, &refusal) {
	${fail}(err)
}
`
      : `result, err := ${made}
if err != nil {
	${fail}(err)
}
defer result.Response.Body.Close()
body, err := io.ReadAll(result.Response.Body)
if err != nil {
	${fail}(err)
}
`
    const used = refused ? 'errors' : 'io'
    if (!isTest) {
      return { imports: [used, 'fmt', 'log'], lines: `${sent}fmt.Println(${status}, ${got}) // ${ending}\n` }
    }
    const { text: wanted, madeUp } = wantedText(target + body, answer?.body ?? '')
    const checked = `if ${status} != ${answer?.status} {
	t.Errorf("answered %d: %s", ${status}, ${got})
}
`
    if (wanted === '') return { imports: [used, 'testing'], lines: sent + checked }
    const masked =
      madeUp === '' ? got : `regexp.MustCompile(${goText(madeUp)}).ReplaceAllString(${got}, ${goText('"$1":"*"')})`
    return {
      imports: [used, 'testing', 'encoding/json', 'reflect', ...(madeUp === '' ? [] : ['regexp'])],
      lines: `${sent}${checked}${madeUp === '' ? '' : `// ${say.madeUp}\n`}answer := ${masked}
var got, want any
if err := json.Unmarshal([]byte(answer), &got); err != nil {
	t.Fatal(err)
}
if err := json.Unmarshal([]byte(${goJson(wanted)}), &want); err != nil {
	t.Fatal(err)
}
if !reflect.DeepEqual(got, want) {
	t.Errorf("answered %s", answer)
}
`,
    }
  },

  python({ method, target, body, answer }, say, isTest) {
    const given = body === '' ? '' : `    data=${indented(literal('python', exactJson(body)), '    ')},\n`
    const sent = `status, body = wxpay._core.request(
    ${textIn('python')(target)},
    method=RequestType.${method},
${given})
`
    const type = 'from wechatpayv3.type import RequestType'
    const said = isRefused(answer) ? say.refused : say.verified
    if (!isTest) return { imports: [type], lines: `${sent}print(status, body)  # ${said}\n` }
    const wanted = wantedJson('python', target + body, answer?.body ?? '', 'ANY')
    return {
      imports: [
        ...(wanted === undefined ? [] : ['import json']),
        ...(wanted?.hasMadeUp ? ['from unittest.mock import ANY'] : []),
        type,
      ],
      lines: `def test_call():
    ${indented(sent, '    ')}
    assert status == ${answer?.status}
${wanted === undefined ? '' : `    assert json.loads(body) == ${indented(wanted.text, '    ')}\n`}`,
    }
  },

  node({ method, target, body, serial, answer }, say, isTest) {
    const text = textIn('node')
    const config = serial === undefined ? [] : [`{ headers: { 'Wechatpay-Serial': ${text(serial)} } }`]
    const data = body === '' ? (config.length > 0 ? ['undefined'] : []) : [literal('node', exactJson(body))]
    const given = [...(method === 'GET' || method === 'DELETE' ? [] : data), ...config].join(', ')
    const caught = isRefused(answer) ? '.catch(({ response }) => response)' : ''
    const sent = `const { status, data } = await wxpay.chain(${text(target.slice(1))}).${method.toLowerCase()}(${given})${caught}\n`
    if (!isTest) {
      return { lines: `${sent}console.log(status, data) // ${isRefused(answer) ? say.refused : say.verified}\n` }
    }
    const wanted = wantedJson('node', target + body, answer?.body ?? '', 'expect.any(String)')
    return {
      imports: ["import { expect, test } from 'vitest'"],
      lines: `test(${text(`${method} ${target.split('?', 1).join()}`)}, async () => {
  ${indented(sent, '  ')}
  expect(status).toBe(${answer?.status})
${wanted === undefined ? '' : `  expect(data).toEqual(${indented(wanted.text, '  ')})\n`}})
`,
    }
  },
}

function isRefused(answer: CallToMake['answer']): answer is { readonly status: number; readonly body: string } {
  return answer !== undefined && answer.status >= 300
}

/** All lines of a text but the first moved to the right; without its last line end. */
export function indented(text: string, space: string): string {
  return text.trimEnd().replaceAll(/\n(?=.)/g, `\n${space}`)
}

/** The value of a JSON text; `undefined` for any other text, and for a number that JavaScript would write in another way. */
function exactJson(text: string): unknown {
  let isExact = true
  try {
    const value: unknown = JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) => {
      if (typeof value === 'number' && String(value) !== context?.source) isExact = false
      return value
    })
    return isExact ? value : undefined
  } catch {
    // The shop may send anything.
    return undefined
  }
}

/** Characters that a raw text of Go would hide, or cannot have. */
const NOT_RAW = /[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}`]/u

function goText(text: string): string {
  return NOT_RAW.test(text) ? textIn('go')(text) : `\`${text}\``
}

/** JSON on as many lines as it takes; the text itself if its numbers would change, or it has to be escaped. */
function goJson(text: string): string {
  const value = exactJson(text)
  return value === undefined || NOT_RAW.test(text) ? goText(text) : goText(JSON.stringify(value, null, '\t'))
}

/** Languages in which values of JSON are written as their own. */
type Literal = 'php' | 'python' | 'node'

const EMPTY: Readonly<Record<Literal, string>> = { php: '(object) []', python: '{}', node: '{}' }

const WORDS: Readonly<Record<Literal, Readonly<Record<string, string>>>> = {
  php: {},
  python: { null: 'None', true: 'True', false: 'False' },
  node: {},
}

/** How long a list or an object on one line may be. */
const LINE = 60

/**
 * A value of JSON in the words of a language.
 *
 * @param instead an expression in place of the text of a member, or `undefined`
 */
function literal(
  format: Literal,
  value: unknown,
  instead: (name: string, text: string) => string | undefined = () => undefined,
): string {
  const text = textIn(format)
  const write = (one: unknown, name: string): string => {
    if (typeof one === 'string') return instead(name, one) ?? text(one)
    if (Array.isArray(one))
      return listed(
        one.map((each) => write(each, name)),
        '[',
        ']',
      )
    if (!isJsonObject(one)) return WORDS[format][String(one)] ?? String(one)
    const members = Object.entries(one).map(([key, each]) => `${keyIn(format, key)}${write(each, key)}`)
    if (members.length === 0) return EMPTY[format]
    return format === 'php' ? listed(members, '[', ']') : listed(members, '{', '}', format === 'node' ? ' ' : '')
  }
  const listed = (items: readonly string[], open: string, close: string, space = '') => {
    const line = `${open}${space}${items.join(', ')}${space}${close}`
    if (line.length <= LINE && !line.includes('\n')) return line
    const step = format === 'node' ? '  ' : '    '
    return `${open}\n${items.map((item) => `${step}${indented(item, step)},\n`).join('')}${close}`
  }
  return write(value, '')
}

function keyIn(format: Literal, key: string): string {
  const text = textIn(format)(key)
  if (format === 'php') return `${text} => `
  if (format === 'python') return `${text}: `
  // Written without brackets it would set the prototype.
  if (key === '__proto__') return `[${text}]: `
  return /^[a-z_]\w*$/i.test(key) ? `${key}: ` : `${text}: `
}

/** Times, and numbers and tokens too long to be words. */
const MADE_UP = /^\d{4}-\d\d-\d\dT|^(?![A-Z_]+$)[\x21-\x7e]{16,}$/

/** The members of an answer whose values differ each time: those of its texts that look like it, and that the request does not have. */
function madeUpIn(answer: unknown, request: string): ReadonlySet<string> {
  const found = new Set<string>()
  const walk = (value: unknown, name: string): void => {
    if (typeof value === 'string') {
      if (/^\w+$/.test(name) && MADE_UP.test(value) && !request.includes(value)) found.add(name)
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, one] of Object.entries(value)) walk(one, Array.isArray(value) ? name : key)
    }
  }
  walk(answer, '')
  return found
}

/** The answer that a test wants, in the words of a language; `undefined` if the answer is not JSON, and only its status counts. */
function wantedJson(format: Literal, request: string, answer: string, any: string) {
  const value = exactJson(answer)
  if (!isJsonObject(value)) return undefined
  const madeUp = madeUpIn(value, request)
  return { text: literal(format, value, (name) => (madeUp.has(name) ? any : undefined)), hasMadeUp: madeUp.size > 0 }
}

/** The answer that a test wants as JSON with `*` for what is made up, and a pattern of such members; empty without such members. */
function wantedText(request: string, answer: string): { readonly text: string; readonly madeUp: string } {
  const value = exactJson(answer)
  if (!isJsonObject(value)) return { text: '', madeUp: '' }
  const madeUp = madeUpIn(value, request)
  const text = JSON.stringify(value, (name, one: unknown) => (madeUp.has(name) && typeof one === 'string' ? '*' : one))
  const names = [...madeUp].join('|')
  return { text, madeUp: names && `"(${names})":\\s*"(?:[^"\\\\]|\\\\.)*"` }
}
