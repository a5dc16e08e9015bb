import { rowsIn } from '../engine/journal/found.ts'
import { type Exchange, KEPT_BODY_BYTES, type Remark } from '../engine/journal/journal.ts'
import type { Table } from '../engine/state/table.ts'
import { memberOf } from '../engine/state/table.ts'
import { describeCause } from '../wire/diagnosis/index.ts'
import type { Language } from '../wire/shared/texts.ts'
import type { AnyExchangeJson } from './answer-format.ts'
import { DIAGNOSIS, describeHead, describeNames } from './formats/exchange-summary.ts'
import { describeSettings } from './formats/overview.ts'

/** An exchange of the journal as the control API shows it, with its remarks in one language. */
export function describeExchange(exchange: Exchange, tables: readonly Table[], language: Language): AnyExchangeJson {
  const { at, request, response, remarks, before } = exchange
  return {
    ...describeHead(exchange),
    request: {
      method: request.method,
      target: request.target,
      headers: { ...request.headers },
      body: bodyJson(request.body),
    },
    response: response && {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: bodyJson(response.body),
      delivery: response.delivery?.kind,
    },
    remarks: remarks.map((remark) => describeRemark(remark, language)),
    before: {
      settings: describeSettings(before.settings),
      ...Object.fromEntries(
        tables
          .filter(({ inJournal }) => inJournal)
          .map((table) => [memberOf(table), rowsIn(before, table).map((row) => table.toJson(row, at))]),
      ),
    },
  }
}

function describeRemark(remark: Remark, language: Language): AnyExchangeJson['remarks'][number] {
  const { about, text, verdict, causes, expectedMessage, signedMessage, difference } = remark
  return {
    about,
    text: text[language],
    verdict,
    causes: causes?.map((one) => describeCause(one, DIAGNOSIS[language])),
    expected_message: expectedMessage,
    signed_message: signedMessage,
    difference,
    ...describeNames(remark),
  }
}

/** The bytes of a body as text if they are UTF-8, or else as base64. */
export function bodyJson(body: Uint8Array): AnyExchangeJson['request']['body'] {
  // A body cut by the journal may end in the middle of a character; `stream` tolerates that.
  const cut = body.length === KEPT_BODY_BYTES
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body, { stream: cut })
  } catch {
    // The decoder throws only for bytes that are not UTF-8.
    return { base64: Buffer.from(body).toString('base64') }
  }
}
