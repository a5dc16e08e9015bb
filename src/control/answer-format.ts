import { z } from 'zod'
import { DELAY_LIMIT_MS, FAULT_EFFECTS, PAUSE_LIMIT_MS } from '../engine/faults/fault-plan.ts'
import { misfitText } from '../engine/misfit-texts.ts'
import type { SettingDefinitions } from '../engine/settings.ts'
import { time } from '../engine/state/json-fields.ts'
import { memberOf, type Table } from '../engine/state/table.ts'
import type { SnakeCase } from '../wire/shared/texts.ts'
import { exchangeHead, exchangeSummaryJson, remarkNames, verdict } from './formats/exchange-summary.ts'
import type { SettingsJsonOf } from './formats/overview.ts'
import type { Served } from './route.ts'

/** The JSON that the control API answers with, apart from that of worlds and tables. */

export const healthJson = z.strictObject({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' })

export const credentialsJson = z
  .strictObject({
    mchid: z.string(),
    name: z.string().describe('full name (商户全称), with which it is added as a receiver of shares'),
    merchant_serial_no: z.string().describe('serial of the API certificate, 40 hex digits'),
    merchant_private_key: z.string().describe('PEM'),
    merchant_certificate: z.string().describe('PEM'),
    api_v3_key: z.string(),
    platform_certificates: z
      .array(z.strictObject({ serial_no: z.string(), certificate: z.string() }))
      .describe('the one in use first; empty for a merchant that has the public key only'),
    platform_public_key: z
      .strictObject({ id: z.string(), public_key: z.string() })
      .nullable()
      .describe('微信支付公钥; null for a merchant that has certificates only'),
    base_url: z.string().describe('for SDKs with a base URL option'),
    proxy_url: z.string().nullable().describe('for SDKs with a hard-coded host; null without a proxy'),
    ca_certificate: z.string().nullable().describe('PEM of the CA of the TLS server; null without TLS'),
  })
  .meta({ id: 'Credentials', description: 'what a client has to be configured with' })

export const platformJson = z
  .strictObject({
    certificates: z.array(
      z.strictObject({
        serial_no: z.string(),
        certificate: z.string().describe('PEM'),
        from: time,
        until: time.describe('moved to the end of the change once the next one is in use'),
        in_use: z.boolean().describe('whether answers and callbacks are signed with it unasked'),
      }),
    ),
    public_key: z.strictObject({ id: z.string() }),
  })
  .meta({ id: 'Platform', description: "the platform's keys, as they are by the mock's clock" })

export const clockJson = z
  .strictObject({
    now: time.meta({ description: 'with milliseconds, China time', examples: ['2026-11-25T12:00:00.000+08:00'] }),
    frozen: z.boolean(),
    moving: z
      .strictObject({
        to: time.describe('where the clock will stop'),
        delivered: z.int().describe('callbacks due on the way that were attempted so far'),
        due: z.int().describe('callbacks due on the way as far as is known: repeats, and new ones, add to it'),
      })
      .optional()
      .describe(
        'while the clock moves past callbacks that are due; of a move by another instance, as of its latest step',
      ),
  })
  .meta({ id: 'Clock' })

const messageBody = z.union([z.string(), z.strictObject({ base64: z.string() })]).meta({
  id: 'MessageBody',
  description: 'text where the bytes are UTF-8, else base64; at most 65,536 bytes are kept',
})

const headers = z.record(z.string(), z.string())

const causeJson = z
  .strictObject({
    name: z.string().meta({ description: 'stable, for programs', examples: ['body_compacted'] }),
    value: z.string().optional().describe('what exactly, where the name leaves that open'),
    explanation: z.string().describe('what the client did'),
    fix: z.string().describe('what to do about it'),
  })
  .meta({ id: 'Cause', description: 'one thing that a client did otherwise than the service expects' })

const remarkJson = z
  .strictObject({
    about: z.string(),
    text: z.string(),
    verdict: verdict.optional(),
    causes: z
      .array(causeJson)
      .optional()
      .describe('why the call failed authentication; of a signature only what is proved'),
    expected_message: z.string().optional().describe('that should have been signed; at most 16,384 bytes are shown'),
    signed_message: z
      .string()
      .optional()
      .describe('that was signed, where it is known; at most 16,384 bytes are shown'),
    difference: z
      .strictObject({
        offset: z.int().describe('bytes before the two messages part'),
        line: z.int().describe('line of the expected message, counted from 1'),
        part: z.enum(['method', 'url', 'timestamp', 'nonce', 'body', 'end']),
        expected: z.string().describe('the expected message around that place'),
        signed: z.string().describe('the signed message around that place'),
      })
      .optional()
      .describe('where the two messages part first'),
    ...remarkNames,
  })
  .meta({ id: 'Remark' })

const exchangeBase = z.strictObject({
  ...exchangeHead,
  request: z.strictObject({
    method: z.string(),
    target: z.string().describe('path and query as they were sent; the whole URL of a callback'),
    headers,
    body: messageBody,
  }),
  response: z
    .strictObject({
      status: z.int(),
      headers,
      body: messageBody,
      delivery: z
        .enum(['reset', 'empty', 'half_body', 'slow_drip'])
        .optional()
        .describe('how a planned fault let it arrive: not at all, in half, or byte by byte'),
    })
    .optional()
    .describe('left out when a bug in the mock kept it from answering, or a receiver gave no reply'),
  remarks: z.array(remarkJson).describe('what the wire does not say, such as why a signature was refused'),
})

/**
 * The schema of an exchange in the journal of a mock with some tables.
 *
 * @param settings the schema of the mock's settings; any settings if left out
 */
export function exchangeJson(tables: readonly Table[], settings: z.ZodType = z.looseObject({})) {
  const rows = tables
    .filter(({ inJournal }) => inJournal)
    .map((table) => [memberOf(table), z.array(table.completed ?? table.json)])
  return exchangeBase
    .extend({
      before: z
        .object({ settings, ...Object.fromEntries(rows) })
        .catchall(z.array(z.unknown()))
        .describe('what the call found, as it stood before the call changed anything, and the settings that counted'),
    })
    .meta({ id: 'Exchange', description: 'one simulated call and its answer, or one try to deliver a callback' })
}

/** An exchange in the journal of a mock with some tables and settings. */
export type ExchangeJsonOf<T extends Table, Definitions extends SettingDefinitions = SettingDefinitions> = z.output<
  typeof exchangeBase
> & {
  readonly before: { readonly settings: SettingsJsonOf<Definitions> } & {
    readonly [One in Extract<T, { readonly inJournal?: true }> as SnakeCase<One['name']>]: z.input<
      NonNullable<One['completed']>
    >[]
  }
}

/** An exchange of any mock. */
export type AnyExchangeJson = ExchangeJsonOf<never>

const times = z.int().min(1).max(1_000_000)
const delay = z.number().min(0).max(DELAY_LIMIT_MS)

/** @param events those that a mock sends callbacks of */
export function faultJson({ events }: Pick<Served, 'events'>) {
  return z
    .strictObject({
      event: z
        .enum(['any', ...events.map(({ eventType }) => eventType)])
        .optional()
        .meta({
          description: "it happens to tries to deliver the mock's own callbacks of this event, and not to calls",
          examples: ['COUPON.SEND'],
        }),
      operation: z
        .string()
        .optional()
        .meta({
          description: 'id of an operation; any, or with an error any that has it, if left out',
          examples: ['associateTradeInfo'],
        }),
      except: z.string().optional().describe('id of an operation that it does not happen to'),
      mchid: z.string().optional().describe('only calls of this merchant'),
      stock_id: z.string().optional().describe('only calls that name this batch'),
      coupon_code: z.string().optional().describe('only calls that name this coupon'),
      times: times.optional().describe('calls that it happens to; 1 if left out, without end with always or percent'),
      always: z.boolean().optional().describe('it happens until the faults are cleared'),
      nth: times.optional().describe('it begins with the nth call that it fits, counted from 1'),
      percent: z.number().gt(0).max(100).optional().describe('it happens to that share of the calls'),
      seed: z
        .string()
        .optional()
        .describe('makes other choices for percent and for delays that are not always the same'),
      error: z
        .string()
        .optional()
        .meta({
          description: "key of one of the operation's errors, or of those that any call has",
          examples: ['rate_limited', 'system_error', 'linked_to_other_order'],
        }),
      status: z
        .int()
        .min(200)
        .max(599)
        .optional()
        .meta({
          description:
            'status that a gateway in front of the service answers with, unsigned; goes with delay, slow_drip or half_body, and with no error',
          examples: [502, 503, 504],
        }),
      body: z.string().max(65_536).optional().describe("for status: its body; nginx's own page if left out"),
      effect: z
        .enum(FAULT_EFFECTS)
        .optional()
        .meta({
          description: 'what happens to the connection or to the answer, or to a callback',
          examples: ['answer_lost'],
        }),
      when: z
        .enum(['before', 'after'])
        .optional()
        .describe(
          'before: nothing is changed; after: the call is done first. If left out: before for errors, status, reset, empty and error_as_200, else after',
        ),
      delay_ms: z
        .union([
          delay,
          z.strictObject({ min: delay, max: delay }),
          z.strictObject({ median: delay.min(1), p99: delay.min(1) }),
        ])
        .optional()
        .describe(
          "for delay: milliseconds on the machine's clock; a range of them, all equally likely; or median and 99th percentile of a log-normal distribution",
        ),
      pause_ms: z
        .number()
        .min(0)
        .max(PAUSE_LIMIT_MS)
        .optional()
        .describe('for slow_drip: milliseconds between two bytes; 5 if left out'),
      late_by: z
        .union(
          [z.string(), z.number()],
          misfitText({
            en: 'a text like "PT5M", or a number of seconds',
            zh: '应为 "PT5M" 这样的文字，或表示秒数的数字',
          }),
        )
        .optional()
        .describe("for late: on the mock's clock, ISO 8601 like PT5M or seconds as a number"),
    })
    .meta({
      id: 'Fault',
      description:
        'something that goes wrong with calls or callbacks to come: an error, the status of a gateway, an effect, or an effect on one of these',
    })
}

export function plannedFaultJson(served: Pick<Served, 'events'>) {
  return faultJson(served)
    .extend({
      id: z.string().describe('tells it from every other that this mock has planned'),
      left: z.int().min(0).optional().describe('calls that it still happens to; left out where there is no end'),
      fired: z.int().min(0).describe('calls that it happened to'),
      calls: z.int().min(0).describe('calls that it fitted, whether it happened to them or not'),
    })
    .meta({ id: 'PlannedFault' })
}

/** How many of the exchanges that a fault hit are listed, and of how many faults. */
export const LISTED_HITS = 10
export const LISTED_FIRED = 50

export function firedFaultJson(served: Pick<Served, 'events'>) {
  return z
    .strictObject({
      fault: plannedFaultJson(served),
      active: z.boolean().describe('whether it may happen again: not once it is spent or was taken back'),
      hits: z.int().min(1).describe('exchanges of the journal that it hit'),
      exchanges: z.array(exchangeSummaryJson).describe(`the latest of these, the newest first, ${LISTED_HITS} at most`),
    })
    .meta({ id: 'FiredFault', description: 'a planned fault that has happened, with what it happened to' })
}

export const heldJson = z
  .strictObject({
    exchange: exchangeSummaryJson.describe('without an answer; its id is that of the exchange in the journal later'),
    until: time.describe("when it is let through unless somebody decides before, on the machine's clock"),
    body: z.string().optional().describe('the JSON of the call, or what is sealed in the callback'),
    answer: z
      .strictObject({ status: z.int(), body: z.string().optional() })
      .optional()
      .describe('what the call is answered with if it is let through now; left out for a callback'),
  })
  .meta({ id: 'Held', description: 'a call or callback that a planned fault holds until somebody decides' })

export type HeldJson = z.output<typeof heldJson>

export const heldDecisionJson = z
  .strictObject({
    decide: z.enum(['let_through', 'lose', 'answer']),
    status: z.int().min(200).max(599).optional().describe('of the answer'),
    body: z.record(z.string(), z.unknown()).optional().describe('of the answer; left out for one without a body'),
  })
  .refine(
    ({ decide, status, body }) => (decide === 'answer' ? status !== undefined : (status ?? body) === undefined),
    misfitText({
      en: 'an answer needs a status, and only an answer has one',
      zh: 'answer 须给出 status，其他决定不能有 status 和 body',
    }),
  )
  .meta({ id: 'HeldDecision', description: 'what becomes of a held call or callback' })

export type HeldDecisionJson = z.input<typeof heldDecisionJson>

export const countJson = z.strictObject({ count: z.int() }).meta({ id: 'Count' })

export const errorJson = z
  .strictObject({
    code: z.templateLiteral(['MOCK_', z.string()]),
    message: z.string().describe('says what to do'),
    path: z.string().describe('the offending value as a JSON pointer; empty where no single one is to blame'),
  })
  .meta({ id: 'MockError', description: 'the control API was used wrongly' })

export type HealthJson = z.output<typeof healthJson>
export type CredentialsJson = z.output<typeof credentialsJson>
export type PlatformJson = z.output<typeof platformJson>
export type ClockJson = z.output<typeof clockJson>
export type FaultJson = z.input<ReturnType<typeof faultJson>>
export type FiredFaultJson = z.output<ReturnType<typeof firedFaultJson>>
export type PlannedFaultJson = z.output<ReturnType<typeof plannedFaultJson>>
