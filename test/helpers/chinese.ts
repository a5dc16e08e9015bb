/** Text that is the same in any language: code, commands, options with their values, calls, addresses and quoted values. */
const NAMES =
  /`[^`]*`|\bwechatpay-mock [a-z]+|\bopenssl x509(?: -?\w+(?:\.pem)?)+|--[a-z][\w-]*(?: [a-z][\w-]*)?|\b(?:GET|POST|PATCH|PUT|DELETE) \/\S*|https?:\/\/\S+|"(?:[^"\\]|\\.)*"|docs\/\S+/g

/** Untranslated English in a Chinese text: successive words that are not a name. */
export function englishIn(chinese: string): readonly string[] {
  return chinese.replaceAll(NAMES, '').match(/\b[A-Za-z][a-z'’]+(?:,? [a-z'’]+)+/g) ?? []
}
