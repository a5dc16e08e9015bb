import { sources } from '../../protocol/sources.ts'
import type { Rule } from '../operation.ts'

/** Rules that apply to every call, whatever its operation; listed in `docs/fidelity.md`. */
export const commonRules: readonly Rule[] = [
  {
    rule: 'An unknown path is answered with 404, and an unknown method of a path with 405: before authentication, and without a body.',
    evidence: 'observed',
    source: sources.probe,
  },
  {
    rule: 'The 404 or 405 comes before the check of Accept and User-Agent, for signed calls too; it has the header fields of a 204, and a Request-ID.',
    evidence: 'inferred',
  },
  {
    rule: 'Accept and User-Agent are checked before Authorization; pay endpoints can be called without User-Agent.',
    evidence: 'observed',
    source: sources.probe,
  },
  { rule: 'Pay endpoints can be called without Accept, too.', evidence: 'inferred' },
  {
    rule: 'Orders are the pay endpoints; refunds and bills are not.',
    evidence: 'observed',
    source: sources.probe,
  },
  {
    rule: 'Combined orders are pay endpoints, and profit sharing is not.',
    evidence: 'inferred',
  },
  {
    rule: 'The timestamp is judged before mchid, serial_no and signature.',
    evidence: 'observed',
    source: sources.probe,
  },
  {
    rule: 'A 401 and a 400 for a missing User-Agent are not signed.',
    evidence: 'observed',
    source: sources.probe,
  },
  {
    rule: 'On pay endpoints a 401 has no Request-ID unless the request names a known merchant.',
    evidence: 'observed',
    source: sources.probe,
  },
  {
    rule: 'A 204 has Content-Type: application/json; charset=utf-8 and Content-Length: 0.',
    evidence: 'observed',
    source: sources.noContent,
  },
  {
    rule: 'A value of the wrong JSON type is answered with 无法将 JSON 输入源“/body/…”映射到目标字段“…”中，此字段需要… and the value in detail, where a string, a 64-bit integer, an object or an array is needed; in a path, where an unsigned integer is.',
    evidence: 'observed',
    source: [sources.wrongNumber, sources.wrongText, sources.wrongType, sources.wrongInteger],
  },
  {
    rule: 'A wrong type is answered in the same way for a boolean (the wording is ours) and in a query.',
    evidence: 'inferred',
  },
  {
    rule: 'A field that is null counts as one that the call does not have: 请求中含有未在API文档中定义的参数. Reported of one call; that all calls and required fields do so is inferred.',
    evidence: 'reported',
    source: sources.nullField,
  },
]
