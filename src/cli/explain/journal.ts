import { isAboutAuthentication } from '../../engine/exchange/authentication-checks.ts'
import type { ExchangeJson } from '../../products/json.ts'
import { UsageError } from '../../protocol/errors.ts'
import { usageError } from '../command.ts'
import type { Language } from '../language.ts'
import { aboutIn, remarkLine } from '../remarks.ts'
import { connect, refusalText } from '../running-mock.ts'
import { commonTexts } from '../texts.ts'
import type { Explanation, Finding, Wording } from './explanation.ts'
import { texts } from './texts.ts'

type RemarkJson = ExchangeJson['remarks'][number]

/**
 * Asks a running mock about one exchange, which makes it diagnose that one thoroughly.
 *
 * @throws UsageError when no mock answers at the URL, or it does not know the exchange
 */
export async function explainExchange(
  id: string,
  { url, controlToken: token }: { readonly url: string; readonly controlToken: string | undefined },
  all: Wording,
): Promise<Explanation> {
  const exchange = await fetchExchange(id, url, token, all.language)
  const own = texts[all.language]
  const refused = exchange.remarks.find(isAboutAuthentication)
  if (!refused) {
    const { method, target } = exchange.request
    const remarks = exchange.remarks.map((remark) => remarkLine(all.language, remark))
    const notes = exchange.served === 'shaped' ? [own.shaped, ...remarks] : remarks
    return { about: 'request', summary: own.letIn(method, target, exchange.response?.status), findings: [], notes }
  }
  const { verdict, expected_message, signed_message, difference } = refused
  const named = (refused.causes ?? []).map(findingOf)
  const inWords: Finding = { name: refused.about, explanation: refused.text }
  return {
    about: 'request',
    summary:
      verdict && verdict !== 'not_examined'
        ? all.diagnosis.verdicts[verdict]
        : own.refused(aboutIn(all.language, refused.about)),
    findings: named.length > 0 ? named : verdict === 'verifies' ? [] : [inWords],
    notes: verdict === 'message_unknown' ? [own.messageUnknown] : [],
    ...(verdict && { verdict }),
    ...(expected_message !== undefined && { expectedMessage: expected_message }),
    ...(signed_message !== undefined && { signedMessage: signed_message }),
    ...(difference && { difference }),
  }
}

/** The mock's own texts, which were requested in the user's language. */
function findingOf({ name, value, explanation, fix }: NonNullable<RemarkJson['causes']>[number]): Finding {
  return { name, explanation, fix, ...(value !== undefined && { value }) }
}

async function fetchExchange(
  id: string,
  url: string,
  token: string | undefined,
  language: Language,
): Promise<ExchangeJson> {
  const { exchangeJson } = await import('../../control/answer-format.ts')
  const control = await connect(url, token, language)
  try {
    const exchange = await control.exchange(id)
    // The server that answers there may not be a mock.
    exchangeJson([]).parse(exchange)
    return exchange
  } catch (error) {
    const { runningMock: say } = commonTexts[language]
    if (!(error instanceof UsageError) || error.code === 'MOCK_UNREACHABLE') throw usageError(say.noMockAt(url), error)
    throw usageError(say.refusedAt(url, refusalText(error, language)), error)
  }
}
