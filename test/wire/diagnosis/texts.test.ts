import { describe, expect, test } from 'vitest'
import {
  type DiagnosisTexts,
  describeCause,
  describeDiagnosis,
  diagnosisHeader,
} from '../../../src/wire/diagnosis/describe.ts'
import type { Diagnosis } from '../../../src/wire/diagnosis/diagnose.ts'
import { en } from '../../../src/wire/diagnosis/texts/en.ts'
import { zh } from '../../../src/wire/diagnosis/texts/zh.ts'
import { CAUSE_NAMES, cause } from '../../../src/wire/diagnosis/variant.ts'
import { Work } from '../../../src/wire/diagnosis/work.ts'
import { smallKey } from './failure.ts'

/** Names are part of the public surface: programs look for them, so none goes, and none gets another meaning. */
const NAMES = [
  'key_of_another_merchant key_of_platform key_of_another_serial',
  'digest_sha1 digest_md5 digest_sha224 digest_sha384 digest_sha512 padding_pss digest_info_missing digest_as_text message_not_hashed message_hashed_twice',
  'signature_not_base64 signature_wrong_length signature_base64url signature_hex signature_base64_twice signature_percent_encoded signature_plus_as_space signature_spaces signature_slashes_escaped signature_bytes_reversed',
  'method_case method_other method_missing',
  'url_query_missing url_question_mark_missing url_question_mark_added url_parameter_missing url_parameters_empty_removed url_parameters_reordered url_ampersands_escaped url_decoded url_encoded_otherwise url_encoding_case url_host url_prefix_missing url_prefix_added url_leading_slash_missing url_leading_slash_doubled url_trailing_slash_missing url_trailing_slash_added url_lower_case url_path_missing url_missing',
  'timestamp_milliseconds timestamp_seconds timestamp_differs timestamp_time_zone timestamp_missing',
  'appid_missing appid_other package_prefix_missing package_prefix_added package_other pay_sign_api_v2 sign_type_other',
  'nonce_missing nonce_is_timestamp nonce_case nonce_dashes',
  'body_missing body_placeholder body_is_query body_whole_upload body_keys_sorted body_fields_reordered body_field_missing body_nulls_removed body_empty_removed body_spaces body_pretty_printed body_compacted body_unicode_escaped body_unicode_unescaped body_slashes_escaped body_slashes_unescaped body_html_escaped body_html_unescaped body_strings_rewritten body_numbers_as_decimals body_numbers_shortened body_numbers_as_text body_text_as_numbers body_reserialised body_charset body_mojibake body_bom_added body_bom_missing body_trimmed body_space_added body_line_ends body_hash body_base64 body_form_encoded body_url_encoded body_stringified_twice body_object_printed',
  'final_line_feed_missing final_line_feed_doubled leading_line_feed message_spaces message_quoted message_utf16 line_ends line_feeds_literal line_separator lines_reordered line_missing line_added response_layout body_only key_appended',
  'header_missing header_twice header_too_long header_line_break scheme_missing scheme_case scheme_unknown scheme_not_for_path scheme_sm2 scheme_space quotes_single quotes_missing quotes_typographic pairs_spaces pairs_separator pair_unreadable field_missing field_unknown field_misnamed field_twice field_empty nonce_too_long',
  'clock_behind clock_ahead clock_time_zone clock_milliseconds clock_microseconds clock_not_seconds mock_clock_moved',
  'api_v3_key_not_set certificate_never_applied_for certificate_expired certificate_revoked certificate_replaced',
  'serial_of_another_merchant serial_of_platform serial_of_another_certificate serial_decimal serial_written_otherwise serial_unknown mchid_unknown',
  'path_not_served path_of_product path_only_shaped path_case path_slash_added path_escape_broken method_not_served api_v2',
].join(' ')

test('the names of causes are stable, in the order of the parts that they are about', () => {
  expect(CAUSE_NAMES.join(' ')).toBe(NAMES)
  expect(Object.keys(zh.causes).toSorted()).toEqual(CAUSE_NAMES.toSorted())
  for (const name of CAUSE_NAMES) expect(name).toMatch(/^[a-z0-9]+(?:_[a-z0-9]+)*$/)
})

test('a cause without a value has none', () => {
  expect(cause('method_case', 'post')).toEqual({ name: 'method_case', value: 'post' })
  expect(Object.keys(cause('method_missing'))).toEqual(['name'])
  expect(cause('line_separator', '')).toEqual({ name: 'line_separator', value: '' })
})

describe.for([
  ['English', en, /^[A-Z].*[.\w]$/, /^[A-Za-z].*\.$/],
  ['Chinese', zh, /[\u4e00-\u9fff]/, /[\u4e00-\u9fff].*。$/],
] as const)('%s', ([, texts, ofExplanations, ofFixes]) => {
  test.for(CAUSE_NAMES)('%s is explained, and what to do', (name) => {
    const { explanation, fix } = describeCause({ name, value: 'VALUE' }, texts)

    expect(explanation).toMatch(ofExplanations)
    expect(fix).toMatch(ofFixes)
    expect(explanation + fix).not.toMatch(/undefined|\{value\}/)
  })

  test('a value of the client can neither break a line nor fill a page', () => {
    const value = `a\n\u001b[31m\u009b31m\u202e\u2028${'x'.repeat(9_999)}`
    for (const name of ['scheme_unknown', 'line_separator'] as const) {
      const { explanation, fix } = describeCause({ name, value }, texts)

      expect(explanation).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}]/u)
      expect(explanation.length).toBeLessThan(400)
      expect(fix).toBe(describeCause({ name }, texts).fix)
    }
  })
})

test('both languages tell the value of the same causes', () => {
  const inWords =
    /^(?:url_encoding_case|url_lower_case|url_trailing_slash_added|nonce_case|nonce_dashes|body_unicode_escaped|body_space_added)$/
  const tells = (texts: DiagnosisTexts) =>
    CAUSE_NAMES.filter((name) => !inWords.test(name)).filter((name) =>
      describeCause({ name, value: 'V4LUE' }, texts).explanation.includes('V4LUE'),
    )

  expect(tells(zh)).toEqual(tells(en))
})

/** Texts that depend on the value, in both languages. */
test.for([
  ['signature_base64_twice', 'hex', /hexadecimal/, /十六进制/],
  ['signature_base64_twice', undefined, /twice/, /两次/],
  ['url_encoding_case', 'lower', /lower/, /小写/],
  ['url_encoding_case', 'upper', /upper/, /大写/],
  ['url_trailing_slash_added', undefined, /path/, /路径/],
  ['url_trailing_slash_added', 'behind the query', /query/, /查询串/],
  ['url_lower_case', undefined, /path was/, /路径被/],
  ['url_lower_case', 'with the query', /path and the query were/, /路径和查询串/],
  ['url_path_missing', '/', /slash/, /斜杠/],
  ['url_path_missing', '?', /query/, /查询串/],
  ['nonce_case', 'upper', /upper/, /大写/],
  ['nonce_case', 'lower', /lower/, /小写/],
  ['nonce_dashes', 'with', /with dashes/, /带有/],
  ['nonce_dashes', 'without', /without/, /去掉/],
  ['body_keys_sorted', undefined, /name\.$/, /序。$/],
  ['body_keys_sorted', 'outermost', /outermost/, /最外层/],
  ['body_unicode_escaped', 'lower', /lower/, /小写/],
  ['body_unicode_escaped', 'upper', /upper/, /大写/],
  ['body_charset', '?', /\? in place/, /变成了 \?/],
  ['body_charset', 'GBK', /encoding: GBK/, /字符编码：GBK/],
  ['body_space_added', 'behind', /behind/, /末尾/],
  ['body_space_added', 'in front', /in front/, /开头/],
  ['line_separator', '', /not separated/, /没有任何分隔/],
  ['line_separator', '&', /separated by "&"/, /以 "&" 分隔/],
] as const)('%s of %j is told in words', ([name, value, english, chinese]) => {
  expect(describeCause(cause(name, value), en).explanation).toMatch(english)
  expect(describeCause(cause(name, value), zh).explanation).toMatch(chinese)
})

test('where two messages part is told in numbers', () => {
  expect(en.difference(12, 3, 'timestamp')).toMatch(/byte 12.*line 3.*timestamp/)
  expect(zh.difference(12, 3, 'timestamp')).toMatch(/12 字节.*3 行（时间戳）/)
})

test('every verdict has its sentence', () => {
  for (const verdict of ['proved', 'verifies', 'message_unknown', 'key_unknown', 'not_a_signature'] as const) {
    expect(en.verdicts[verdict]).toMatch(/^The .*[.:]$/)
    expect(zh.verdicts[verdict]).toMatch(/[。：]$/)
  }
})

describe('a cause in words', () => {
  const shown = (value: string) => describeCause({ name: 'scheme_unknown', value }, en).explanation

  test('has its value where there is one', () => {
    expect(describeCause({ name: 'scheme_unknown', value: 'Bearer' }, en)).toEqual({
      name: 'scheme_unknown',
      value: 'Bearer',
      explanation: 'There is no scheme Bearer.',
      fix: 'Use WECHATPAY2-SHA256-RSA2048, or WECHATPAY-BRAND-SHA256-RSA2048 for /brand/.',
    })
    expect(describeCause({ name: 'signature_hex' }, zh)).toEqual({
      name: 'signature_hex',
      explanation: '签名是十六进制。',
      fix: '请用 base64 编码签名字节；APIv2 的 SDK 和 openssl dgst -hex 输出的是十六进制。',
    })
    expect(describeCause({ name: 'scheme_unknown' }, en).explanation).toBe('There is no scheme .')
  })

  test('shows 200 characters of it', () => {
    expect(shown('x'.repeat(200))).toBe(`There is no scheme ${'x'.repeat(200)}.`)
    expect(shown('x'.repeat(201))).toBe(`There is no scheme ${'x'.repeat(200)}….`)
  })

  test('shows what cannot be seen as JSON does, and anything else as it is', () => {
    expect(shown('a\nb\\c"d$&{value}')).toBe('There is no scheme a\\nb\\c"d$&{value}.')
  })
})

describe('a diagnosis in words', () => {
  const work: Diagnosis['work'] = [new Work(1, 'single')]
  const proved = (expected: string, signed: string): Diagnosis => ({
    verdict: 'proved',
    causes: [{ name: 'body_missing' }],
    expectedMessage: Buffer.from(expected),
    signedMessage: Buffer.from(signed),
    work,
  })

  test('shows both messages and where they part', () => {
    expect(describeDiagnosis(proved('a\nb\n', 'a\nc\n'), en)).toEqual({
      verdict: 'proved',
      summary: en.verdicts.proved,
      causes: [describeCause({ name: 'body_missing' }, en)],
      expectedMessage: 'a\nb\n',
      signedMessage: 'a\nc\n',
      difference: { offset: 2, line: 2, part: 'url', expected: 'a\\nb\\n', signed: 'a\\nc\\n' },
    })
  })

  test('has no difference where there is none, and no message where none is known', () => {
    expect(describeDiagnosis(proved('a\n', 'a\n'), zh)).toEqual({
      verdict: 'proved',
      summary: zh.verdicts.proved,
      causes: [describeCause({ name: 'body_missing' }, zh)],
      expectedMessage: 'a\n',
      signedMessage: 'a\n',
    })
    const certain = { causes: [], expectedMessage: Buffer.from('a\n'), work }
    expect(
      describeDiagnosis({ verdict: 'message_unknown', signer: smallKey, algorithm: 'sha256', ...certain }, en),
    ).toEqual({
      verdict: 'message_unknown',
      summary: en.verdicts.message_unknown,
      causes: [],
      expectedMessage: 'a\n',
    })
  })

  test('shows 16 KiB of a message', () => {
    const described = describeDiagnosis(proved(`a${'x'.repeat(20_000)}`, `b${'x'.repeat(20_000)}`), en)

    expect(described.expectedMessage).toBe(`a${'x'.repeat(16_383)}`)
    expect(described.signedMessage).toBe(`b${'x'.repeat(16_383)}`)
  })

  test('shows secrets as asterisks, each byte as one, wherever they stand', () => {
    const diagnosis = proved('POST\nkey\n', 'keykeyPOST ke券券yk\nkey')
    const described = describeDiagnosis(diagnosis, en, ['', 'key', '券', 'none'])

    expect(described.expectedMessage).toBe('POST\n***\n')
    expect(described.signedMessage).toBe('******POST ke******yk\n***')
    expect(described.difference).toMatchObject({ offset: 0, expected: 'POST\\n***\\n' })
    expect(JSON.stringify(described)).not.toMatch(/券|key/)
    // The messages themselves stay as they are.
    expect(diagnosis.expectedMessage.toString()).toBe('POST\nkey\n')
  })

  test('in a header field is the verdict and the names', () => {
    const causes = [cause('method_case', 'post'), cause('body_missing')]

    expect(diagnosisHeader({ verdict: 'verifies', causes: [] })).toBe('verifies')
    expect(diagnosisHeader({ verdict: 'proved', causes })).toBe('proved; method_case, body_missing')
  })
})
