import { wellKnownIdentity } from '../../../src/control/identity/well-known.ts'
import type { RequestFlaw } from '../../../src/control/provider-states/state.ts'
import type { WireRequest } from '../../../src/engine/http-message.ts'
import {
  disassociateTradeInfo,
  downloadCertificates,
  queryUserCoupon,
  useCoupon,
} from '../../../src/products/operations.ts'
import type { RequestForm } from '../../../src/traffic/recording/resign.ts'
import { commonErrors } from '../../../src/wire/protocol/common-errors.ts'
import { corrected } from '../repair.ts'
import { type Variant, withBodies, withHandle } from '../variant.ts'

type CommonError = keyof typeof commonErrors

const LET_IN = 'It was let in with 200, although it is not as it has to be: '

/** Serves requests that would be refused with an error as if nothing was wrong with them. */
function admitting(
  caught: Pick<Variant, 'name' | 'caughtBy'>,
  errors: readonly CommonError[],
  which: (request: WireRequest) => boolean = () => true,
): Variant {
  return withHandle(caught, (handle, clock) => async (request) => {
    const answer = await handle(request)
    const text = Buffer.from(answer.body).toString('utf8')
    const refused = errors.some((error) => text.includes(commonErrors[error].message))
    return refused && which(request) ? handle(await corrected(request, clock)) : answer
  })
}

/** Does not see one flaw of requests. */
function blind(
  name: string,
  flaw: RequestFlaw,
  error: CommonError,
  which?: (request: WireRequest) => boolean,
): Variant {
  return admitting({ name, caughtBy: `a request to link a coupon: ${LET_IN}${flaw}.` }, [error], which)
}

/** Each call is made once more after its first success, which this one is for the call that links. */
const ONCE_MORE = 'a request to link a coupon beside another merchant: Made once more '

/** Refuses one of the forms that a request may have. */
function turningAway(name: string, form: RequestForm, which: (headers: WireRequest['headers']) => boolean): Variant {
  const caught = { name, caughtBy: `${ONCE_MORE}in another form that is right as well (${form})` }
  return withHandle(caught, (handle) => (request) => {
    const { authorization: _, ...headers } = request.headers
    return handle(which(request.headers) ? { ...request, headers } : request)
  })
}

const AUTHENTICATION_ERRORS = [
  'authorization_malformed',
  'scheme_unfit',
  'untimely',
  'serial_unknown',
  'signature_mismatch',
] as const

/** Serves unsigned requests of one operation. */
function open(name: string, { id, path }: { id: string; path: string }): Variant {
  const [start = ''] = path.split('{')
  return admitting(
    { name, caughtBy: `a call of ${id}: ` },
    AUTHENTICATION_ERRORS,
    ({ target }) => target.startsWith(start) && target.split('/').length === path.split('/').length,
  )
}

/** Makes something else of queries before their signature is checked. */
function withQuery(name: string, change: (query: string) => string): Variant {
  const caughtBy =
    'a query of an order that has a number with signs: Made once more in another form that is right as well (query_rewritten)'
  return withHandle({ name, caughtBy }, (handle) => (request) => {
    const [path, query] = request.target.split(/\?(.*)/s)
    return handle(query === undefined ? request : { ...request, target: `${path}?${change(query)}` })
  })
}

const [certificate] = wellKnownIdentity().platform.certificates

const inMilliseconds = ({ headers }: WireRequest) => /timestamp="\d{13}"/.test(headers.authorization ?? '')

/** Requests that are let in, or turned away in another way than they have to be. */
export const brokenAuthentication: readonly Variant[] = [
  admitting(
    { name: 'signatures not checked at all', caughtBy: `a request to link a coupon: ${LET_IN}other_key.` },
    AUTHENTICATION_ERRORS,
  ),
  blind('unsigned requests accepted', 'unsigned', 'authorization_malformed', ({ headers }) => !headers.authorization),
  blind('malformed Authorization accepted', 'malformed', 'authorization_malformed', ({ headers }) =>
    Boolean(headers.authorization),
  ),
  blind('any scheme accepted', 'scheme_unknown', 'scheme_unfit'),
  blind('old timestamps accepted', 'too_old', 'untimely', (request) => !inMilliseconds(request)),
  blind('timestamps of the future accepted', 'too_new', 'untimely', (request) => !inMilliseconds(request)),
  admitting(
    {
      name: 'the certificate of another merchant accepted',
      caughtBy: `${ONCE_MORE}with the mchid of another merchant`,
    },
    ['serial_unknown'],
    ({ headers }) => !/serial_no="0+"/.test(headers.authorization ?? ''),
  ),
  turningAway('Authorization read in one order', 'authorization_reordered', ({ authorization = '' }) =>
    /^\S+ signature=/.test(authorization),
  ),
  turningAway('signatures before timestamps not found', 'signature_before_timestamp', ({ authorization = '' }) =>
    /signature="[^"]*",timestamp=/.test(authorization),
  ),
  withHandle(
    {
      name: 'timestamps of four minutes ago refused',
      caughtBy: `${ONCE_MORE}in another form that is right as well (four_minutes_old)`,
    },
    (handle, clock) => (request) => {
      const { authorization = '', ...headers } = request.headers
      const [, timestamp] = /timestamp="(\d{10})"/.exec(authorization) ?? []
      const isOld = timestamp !== undefined && Number(timestamp) < clock.now() / 1_000 - 180
      return handle(isOld ? { ...request, headers } : request)
    },
  ),
  withHandle(
    {
      name: 'signatures checked over the body without the line feed at its end',
      caughtBy: `${ONCE_MORE}in another form that is right as well (body_with_line_feed)`,
    },
    (handle) => (request) =>
      handle(request.body.at(-1) === 0x0a ? { ...request, body: request.body.subarray(0, -1) } : request),
  ),
  withQuery('queries decoded before the signature is checked', decodeURIComponent),
  withQuery('queries put in order before the signature is checked', (query) => query.split('&').toSorted().join('&')),
  turningAway('serials in lower case refused', 'serial_in_lower_case', ({ authorization = '' }) =>
    /serial_no="[^"]*[a-f]/.test(authorization),
  ),
  withHandle(
    {
      name: 'signatures checked over the body as it would be written anew',
      caughtBy: `${ONCE_MORE}in another form that is right as well (body_with_blanks)`,
    },
    (handle) => (request) => {
      const isJson = request.headers['content-type']?.startsWith('application/json') && request.body.length > 0
      return handle(
        isJson ? { ...request, body: Buffer.from(JSON.stringify(JSON.parse(String(request.body)))) } : request,
      )
    },
  ),
  blind('timestamps in milliseconds accepted', 'in_milliseconds', 'untimely', inMilliseconds),
  blind('unknown serials accepted', 'serial_unknown', 'serial_unknown'),
  blind('wrong signatures accepted', 'other_key', 'signature_mismatch'),
  blind('Accept not required', 'no_accept', 'header_missing', ({ headers }) => !headers.accept),
  blind('User-Agent not required', 'no_user_agent', 'header_missing', ({ headers }) => !headers['user-agent']),
  withHandle(
    {
      name: 'fields checked before the signature',
      caughtBy: 'a request to link a coupon with no stock_id that is signed with another key: ',
    },
    (handle, clock) => async (request) => {
      const answer = await handle(request)
      if (answer.status !== 401) return answer
      const checked = await handle(await corrected(request, clock))
      return Buffer.from(checked.body).includes('PARAM_ERROR') ? checked : answer
    },
  ),
  withHandle(
    {
      name: 'paths decoded before the signature is checked',
      caughtBy: 'a query of an order that has a number with signs: ',
    },
    (handle) => (request) => handle({ ...request, target: decodeURIComponent(request.target) }),
  ),
  open('disassociate open to anyone', disassociateTradeInfo),
  open('use open to anyone', useCoupon),
  open('query open to anyone', queryUserCoupon),
  open('certificates open to anyone', downloadCertificates),
  withHandle(
    {
      name: 'unknown platform serial taken for the certificate',
      caughtBy: 'a request to link a coupon that asks for a platform key that does not exist: ',
    },
    (handle) => (request) => {
      const { 'wechatpay-serial': serial, ...headers } = request.headers
      return handle(serial === '0'.repeat(40) ? { ...request, headers } : request)
    },
  ),
  withHandle(
    {
      name: 'serials of platform certificates refused',
      caughtBy: 'a request to link a coupon that asks to be answered with the platform certificate: ',
    },
    (handle) => (request) => {
      const { 'wechatpay-serial': serial, ...headers } = request.headers
      const refused = { ...headers, 'wechatpay-serial': '0'.repeat(40) }
      return handle(serial === certificate.serialNo ? { ...request, headers: refused } : request)
    },
  ),
  withHandle(
    { name: 'empty Wechatpay-Serial refused', caughtBy: `${ONCE_MORE}with an empty Wechatpay-Serial` },
    (handle) => (request) => {
      const headers = { ...request.headers, 'wechatpay-serial': '0'.repeat(40) }
      return handle(request.headers['wechatpay-serial'] === '' ? { ...request, headers } : request)
    },
  ),
  withBodies(
    { name: '401 without sign_information', caughtBy: 'a request to link a coupon: ' },
    ({ detail, ...members }, { status }) => (status === 401 && detail !== undefined ? members : undefined),
  ),
  withBodies({ name: '401 with another code', caughtBy: 'a request to link a coupon: ' }, (members, { status }) =>
    status === 401 ? { ...members, code: 'UNAUTHORIZED' } : undefined,
  ),
  withHandle(
    { name: 'every request refused', caughtBy: 'a request to link a coupon to an order: ' },
    (handle) => async (request) => {
      const { authorization: _, ...headers } = request.headers
      return handle({ ...request, headers })
    },
  ),
]
