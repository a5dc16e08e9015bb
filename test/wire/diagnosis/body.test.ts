import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { bodyVariants, printedForms } from '../../../src/wire/diagnosis/body.ts'
import { MAX_JSON_CHARACTERS, parseJsonTree } from '../../../src/wire/diagnosis/json-tree.ts'
import { Work } from '../../../src/wire/diagnosis/work.ts'
import { named, told } from './told.ts'

const variantsOf = (body: string | Uint8Array, target = '/x', work = new Work(1_000_000_000, 'request')) => {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return bodyVariants(bytes, bytes, target, work)
}
const namesOf = (body: string | Uint8Array, target?: string) =>
  variantsOf(body, target).map(({ causes }) => named(causes))
/** Those of some causes, with their bytes as text. */
const tried = (body: string | Uint8Array, names: RegExp, target?: string) =>
  variantsOf(body, target)
    .filter(({ causes: [first] }) => names.test(first?.name ?? ''))
    .map(told)

const PLACEHOLDERS = [
  '1 body_placeholder({}): {}',
  '2 body_placeholder(null): null',
  '2 body_placeholder([]): []',
  '2 body_placeholder(undefined): undefined',
  '2 body_placeholder([object Object]): [object Object]',
  '3 body_placeholder(""): ""',
  '3 body_placeholder(None): None',
  '3 body_placeholder(Array): Array',
  '3 body_placeholder(nil): nil',
]

const hashes = (body: string) => {
  const digest = (algorithm: string, encoding: 'hex' | 'base64') => createHash(algorithm).update(body).digest(encoding)
  return [
    ['SHA-256', 'sha256', 1, 2, 2] as const,
    ['MD5', 'md5', 2, 3, 3] as const,
    ['SHA-1', 'sha1', 3, 3, 3] as const,
  ].flatMap(([name, algorithm, hex, upperHex, base64]) => [
    `${hex} body_hash(${name} hex): ${digest(algorithm, 'hex')}`,
    `${upperHex} body_hash(${name} HEX): ${digest(algorithm, 'hex').toUpperCase()}`,
    `${base64} body_hash(${name} base64): ${digest(algorithm, 'base64')}`,
  ])
}

describe('everything that is tried for a body', () => {
  test('that is empty: what stands for none, its hashes, and the query', () => {
    expect(variantsOf('').map(told)).toEqual([...PLACEHOLDERS, ...hashes('')])
    expect(variantsOf('', '/x?').map(told)).toEqual([...PLACEHOLDERS, ...hashes('')])
    expect(variantsOf('', '/x?a=1&a=2&b=%2f?c').map(told)).toEqual([
      ...PLACEHOLDERS,
      '2 body_is_query(as sent): a=1&a=2&b=%2f',
      '2 body_is_query(JSON): {"a":"2","b":"/"}',
      ...hashes(''),
    ])
  })

  test('that is ASCII, and no JSON', () => {
    expect(variantsOf('plain').map(told)).toEqual([
      '1 body_missing: ',
      ...PLACEHOLDERS,
      '2 body_bom_added: \uFEFFplain',
      ...hashes('plain'),
      '3 body_charset(UTF-16LE): p\0l\0a\0i\0n\0',
      '3 body_space_added(behind): plain ',
      '3 body_space_added(in front):  plain',
      '2 body_stringified_twice: "plain"',
      '3 body_base64: cGxhaW4=',
    ])
  })

  test('that has Chinese, spaces and line ends', () => {
    const body = ' 券\r\n'

    expect(variantsOf(body).map(told)).toEqual([
      '1 body_missing: ',
      ...PLACEHOLDERS,
      '1 body_trimmed: 券',
      `2 body_bom_added: \uFEFF${body}`,
      ...hashes(body),
      '2 body_line_ends(LF):  券\n',
      `1 body_charset(GBK): ${Buffer.from(' \xc8\xaf\r\n', 'latin1').toString('utf8')}`,
      '2 body_charset(?):  ?\r\n',
      `3 body_charset(UTF-16LE): ${Buffer.from(body, 'utf16le').toString('utf8')}`,
      '2 body_mojibake(ISO-8859-1):  å\x88¸\r\n',
      '2 body_mojibake(GBK):  鍒\uFFFD\r\n',
      '3 body_space_added(behind):  券\r\n ',
      '3 body_space_added(in front):   券\r\n',
      '2 body_stringified_twice: " 券\\r\\n"',
      '3 body_base64: IOWIuA0K',
      '3 body_url_encoded(encodeURIComponent): %20%E5%88%B8%0D%0A',
      '3 body_url_encoded(form): +%E5%88%B8%0D%0A',
    ])
  })

  test('that is an object: as a form, as languages print it, and as other serialisers write it', () => {
    const lines = variantsOf('{"b":1,"a":"券"}').map(told)

    expect(lines).toEqual(
      expect.arrayContaining([
        '2 body_form_encoded(form): b=1&a=%E5%88%B8',
        '2 body_form_encoded(form, not encoded): b=1&a=券',
        '2 body_form_encoded(form, sorted, not encoded): a=券&b=1',
        "2 body_object_printed(Python): {'b': 1, 'a': '券'}",
        '2 body_object_printed(Java): {b=1, a=券}',
        '3 body_object_printed(Go): map[a:券 b:1]',
        '1 body_spaces(", " and ": "): {"b": 1, "a": "券"}',
        '1 body_keys_sorted: {"a":"券","b":1}',
      ]),
    )
    expect(namesOf('[1,2]')).toContain('body_spaces(", " and ": ")')
    expect(namesOf('[1,2]')).not.toContainEqual(expect.stringMatching(/form_encoded|object_printed/))
  })
})

test('white space around JSON is none of its own', () => {
  expect(tried(' {"a":1}\n', /spaces|trimmed/)).toEqual([
    '1 body_trimmed: {"a":1}',
    '1 body_spaces(", " and ": "): {"a": 1}',
    '3 body_spaces(", " and ": ") + body_numbers_as_decimals: {"a": 1.0}',
  ])
})

test.for([
  ['\t\n\v\f\r x', 'x'],
  ['x \r\f\v\n\t', 'x'],
  ['  ', undefined],
  ['\bx', undefined],
  ['\x0ex', undefined],
  ['!x!', undefined],
  ['x\u00a0', undefined],
] as const)('of %j white space is taken off at the ends', ([body, text]) => {
  expect(tried(body, /trimmed/)).toEqual(text === undefined ? [] : [`1 body_trimmed: ${text}`])
})

test('a byte order mark is taken off where there is one, and put in front where there is none', () => {
  expect(tried('\uFEFFx', /bom/)).toEqual(['1 body_bom_missing: x'])
  expect(tried('x', /bom/)).toEqual(['2 body_bom_added: \uFEFFx'])
  expect(tried(Uint8Array.of(0xef, 0xbb, 0x78), /bom/)).toHaveLength(1)
})

test('line ends are changed to the other kind', () => {
  expect(tried('a\nb\r\nc', /line_ends/)).toEqual([
    '2 body_line_ends(CRLF): a\r\nb\r\nc',
    '2 body_line_ends(LF): a\nb\nc',
  ])
  expect(tried('a\rb', /line_ends/)).toEqual([])
})

describe('the charset', () => {
  test('GBK is tried where it has all characters', () => {
    expect(variantsOf('a中').find(({ causes: [first] }) => first?.value === 'GBK')?.value).toEqual(
      Buffer.of(0x61, 0xd6, 0xd0),
    )
    expect(tried('中😀', /charset/)[0]).toBe('2 body_charset(?): ??')
  })

  test('UTF-8 is tried where the body is in GBK', () => {
    const gbk = Uint8Array.of(0x22, 0xd6, 0xd0, 0x22)

    expect(tried(gbk, /charset|space|twice|base64/)).toEqual(['1 body_charset(UTF-8): "中"'])
    expect(tried(Uint8Array.of(0xff, 0xff), /charset/)).toEqual([])
  })

  test('each character becomes one question mark', () => {
    expect(tried('é中😀z\u007f', /charset/)).toContain('2 body_charset(?): ???z\u007f')
  })
})

test('a text is percent-encoded, whatever is written in it', () => {
  expect(namesOf('"\\ud800"')).toContain('body_url_encoded(encodeURIComponent)')
  expect(tried('a b', /url_encoded/)).toEqual([
    '3 body_url_encoded(encodeURIComponent): a%20b',
    '3 body_url_encoded(form): a+b',
  ])
})

describe('an upload', () => {
  const meta = Buffer.from('{"a":1}')

  test('is also tried as a whole', () => {
    const whole = Buffer.from('--b\r\n{"a":1}--b--')
    const variants = bodyVariants(meta, whole, '/x', new Work(1_000_000, 'request'))

    expect(variants.map(told)).toContain('1 body_whole_upload: --b\r\n{"a":1}--b--')
  })

  test('is nothing more where the whole is what has to be signed', () => {
    for (const whole of [meta, Buffer.from('{"a":2}')]) {
      const variants = bodyVariants(meta, whole, '/x', new Work(1_000_000, 'request'))

      expect(variants.map(({ causes }) => named(causes))).not.toContain('body_whole_upload')
    }
  })

  test('is read where it is in memory', () => {
    const memory = Buffer.from('xx{"a":1}xx')
    const variants = bodyVariants(memory.subarray(2, 9), memory.subarray(2, 9), '/x', new Work(1_000_000, 'request'))

    expect(variants.map(told)).toContain('2 body_stringified_twice: "{\\"a\\":1}"')
  })
})

describe('a large', () => {
  test('body is not written anew, only its ends are changed', () => {
    const text = (length: number) => ` ${'x'.repeat(length - 1)}`

    expect(namesOf(text(MAX_JSON_CHARACTERS))).toEqual(
      expect.arrayContaining(['body_trimmed', 'body_bom_added', 'body_hash(SHA-256 hex)', 'body_base64']),
    )
    expect(namesOf(text(MAX_JSON_CHARACTERS + 1))).toEqual([
      'body_missing',
      ...PLACEHOLDERS.map((line) => line.replace(/^\d (.*): .*$/, '$1')),
      'body_trimmed',
      ...hashes('')
        .slice(0, 3)
        .map((line) => line.replace(/^\d (.*): .*$/, '$1')),
    ])
  })

  test('body is hashed with other algorithms than that of the message for a person who asks', () => {
    const md5 = (length: number, effort: 'request' | 'thorough') =>
      variantsOf('x'.repeat(length), '/x', new Work(1_000_000_000, effort)).filter(({ causes }) =>
        named(causes).startsWith('body_hash(MD5'),
      ).length

    expect([md5(16_384, 'request'), md5(16_385, 'request'), md5(16_385, 'thorough')]).toEqual([3, 0, 3])
  })

  test('query is not read', () => {
    const query = (length: number) => `/x?${'a'.repeat(length)}`

    expect(namesOf('', query(4_096))).toContain('body_is_query(JSON)')
    expect(namesOf('', query(4_097))).not.toContain('body_is_query(JSON)')
    expect(namesOf('', query(4_097))).toContain('body_is_query(as sent)')
  })
})

describe('the work', () => {
  test('of hashing is counted, and not begun where it would be too much', () => {
    const work = new Work(1_000_000, 'request')
    variantsOf('x'.repeat(1_000), '/x', work)
    expect(work.hashedBytes).toBe(3_000)
    expect(work.candidates).toBe(3)

    const little = new Work(2 * (1_000 + 1_024) + 1_000, 'request')
    variantsOf('x'.repeat(1_000), '/x', little)
    expect(little.hashedBytes).toBeLessThan(3_000)
  })

  test('of writing is counted, and what is too much is left out', () => {
    const work = new Work(16 * 60, 'request')
    const variants = variantsOf('x'.repeat(200), '/x', work)

    expect(variants.map(told)).toEqual(['1 body_missing: ', ...PLACEHOLDERS])
    expect(work.writtenBytes).toBe('{}null[]undefined[object Object]""NoneArraynil'.length)
  })
})

function printed(text: string): readonly string[] {
  const tree = parseJsonTree(text)
  if (tree?.kind !== 'object') throw new Error(`This is no object: ${text}`)
  return printedForms(tree).map(([, form, rank, write]) => `${rank} ${form}: ${write()}`)
}

test('an object is printed as a form, and as languages do', () => {
  expect(
    printed(
      '{"b":[1,"x",{"n":null,"m":[true,false]},[]],"a":"\\u5238 &","c":{"z":1.50,"\\u0079":"é"},"d":null,"e":true}',
    ),
  ).toEqual([
    '2 form: b=%5B1%2C%22x%22%2C%7B%22n%22%3Anull%2C%22m%22%3A%5Btrue%2Cfalse%5D%7D%2C%5B%5D%5D&a=%E5%88%B8+%26' +
      '&c=%7B%22z%22%3A1.50%2C%22%5Cu0079%22%3A%22%C3%A9%22%7D&d=null&e=true',
    '2 form, not encoded: b=[1,"x",{"n":null,"m":[true,false]},[]]&a=券 &&c={"z":1.50,"\\u0079":"é"}&d=null&e=true',
    '2 form, sorted, not encoded: a=券 &&b=[1,"x",{"n":null,"m":[true,false]},[]]&c={"z":1.50,"\\u0079":"é"}&d=null&e=true',
    "2 Python: {'b': [1, 'x', {'n': None, 'm': [True, False]}, []], 'a': '券 &', 'c': {'z': 1.50, 'y': 'é'}, 'd': None, 'e': True}",
    '2 Java: {b=[1, x, {n=null, m=[true, false]}, []], a=券 &, c={z=1.50, y=é}, d=null, e=true}',
    '3 Go: map[a:券 & b:[1 x map[m:[true false] n:<nil>] []] c:map[y:é z:1.50] d:<nil> e:true]',
  ])
})

test('names are encoded in a form too', () => {
  expect(printed('{"a b":"c+d","é":1}').slice(0, 2)).toEqual([
    '2 form: a+b=c%2Bd&%C3%A9=1',
    '2 form, not encoded: a b=c+d&é=1',
  ])
})

test.for([
  ['"it\'s"', '"it\'s"'],
  ['"say \\"x\\""', '\'say "x"\''],
  ['"it\'s \\"x\\""', "'it\\'s \"x\"'"],
  ['"a\\\\b\\n\\r\\tc"', "'a\\\\b\\n\\r\\tc'"],
  ['"\'\'\\\\"', '"\'\'\\\\"'],
] as const)('Python writes %s as %s', ([text, python]) => {
  expect(printed(`{"a":${text}}`)).toContain(`2 Python: {'a': ${python}}`)
})

test('an empty object is printed too', () => {
  expect(printed('{}')).toEqual([
    '2 form: ',
    '2 form, not encoded: ',
    '2 form, sorted, not encoded: ',
    '2 Python: {}',
    '2 Java: {}',
    '3 Go: map[]',
  ])
})
