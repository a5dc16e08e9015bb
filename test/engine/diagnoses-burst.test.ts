import { constants, sign } from 'node:crypto'
import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createRandom } from '../../fixtures/random.ts'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import type { AuthenticationFailure } from '../../src/engine/exchange/authenticate.ts'
import { Diagnoses } from '../../src/engine/exchange/diagnoses.ts'
import { MerchantDirectory } from '../../src/engine/keys/merchants.ts'
import { commonErrors } from '../../src/wire/protocol/common-errors.ts'
import { ApiError } from '../../src/wire/protocol/errors.ts'
import { anyCase } from '../wire/diagnosis/cases.ts'
import { anyDraft, type Draft, messageOf } from '../wire/diagnosis/drafts.ts'
import { failureOf, otherMerchantKey, signed, smallKey } from '../wire/diagnosis/failure.ts'
import { API_V3_KEY, CORPUS, MCHID, SERIAL_NO } from '../wire/diagnosis/mistakes.ts'
import { otherVectorMerchant, vectorMerchant } from '../wire/protocol/vectors.ts'

const merchant = { ...vectorMerchant, mchid: MCHID, serialNo: SERIAL_NO, apiV3Key: API_V3_KEY }
const merchants = new MerchantDirectory([
  { ...merchant, publicKey: smallKey.publicKey },
  // As long as that of the merchant, so that either may have signed.
  { ...otherVectorMerchant, publicKey: otherMerchantKey.publicKey },
])
const { platform } = wellKnownIdentity()

/** Diagnoses whose clock stands still, so that what a budget has lost does not come back. */
const standingStill = () =>
  new Diagnoses({ mode: 'on', operations: [], merchants, platformAt: () => platform, stopwatch: () => 0 })

interface Refused {
  readonly name: string
  readonly request: ReturnType<typeof failureOf>['request']
  readonly failure: AuthenticationFailure
}

function refused(name: string, wire: Draft, signature: string): Refused {
  const { request, authorization } = failureOf(wire, signature)
  const claimed = merchants.find(MCHID)
  if (!claimed) throw new Error('The merchant is not there')
  const error = new ApiError(commonErrors.signature_mismatch)
  return {
    name,
    request,
    failure: {
      check: 'signature',
      error,
      explanation: { en: 'It does not fit.', zh: '签名不符。' },
      authorization,
      claimed,
    },
  }
}

async function headerOf(diagnoses: Diagnoses, { request, failure }: Refused): Promise<string | undefined> {
  return (await diagnoses.ofFailure(failure, request, { id: '0A', now: 0 })).header
}

/** How a right message is signed or written wrongly: another hash, another padding, another encoding. */
const OF_SIGNATURE: readonly (readonly [name: string, sign: (message: Buffer) => string])[] = [
  ['digest_sha1', (message) => signed(message, smallKey, 'sha1')],
  ['digest_md5', (message) => signed(message, smallKey, 'md5')],
  ['signature_hex', (message) => Buffer.from(signed(message, smallKey), 'base64').toString('hex')],
  [
    'padding_pss',
    (message) =>
      sign('sha256', message, {
        key: smallKey.privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }).toString('base64'),
  ],
]

/** Every single mistake that is known, again and again, each in another request. */
function singleMistakes(count: number): readonly Refused[] {
  const random = createRandom('burst')
  return Array.from({ length: count }, (_, index) => {
    const kind = index % (CORPUS.length + OF_SIGNATURE.length)
    const mistake = CORPUS[kind]
    if (mistake) {
      const { wire, message } = anyCase(random, () => [mistake])
      return refused([mistake.name, ...(mistake.also ?? [])].join(' '), wire, signed(message, smallKey))
    }
    const [name, signWrongly] = OF_SIGNATURE[kind - CORPUS.length] ?? ['', () => '']
    const wire = anyDraft(random)
    return refused(name, wire, signWrongly(messageOf(wire)))
  })
}

test('in a burst of wrong signatures, some of them unexplainable, single mistakes are still named, and as they are without one', async () => {
  const diagnoses = standingStill()
  const random = createRandom('unexplainable')
  for (let i = 0; i < 20; i += 1) {
    await headerOf(diagnoses, refused('', anyDraft(random), signed(Buffer.from(`nothing ${i}`), smallKey)))
  }
  const burst = singleMistakes(600)

  const headers = await Promise.all(burst.map((one) => headerOf(diagnoses, one)))

  const open: string[] = []
  for (const [index, one] of burst.entries()) {
    const header = headers[index]
    if (header === 'not_examined') {
      open.push(one.name)
      continue
    }
    const [verdict, cause = ''] = header?.split('; ') ?? []
    expect(verdict, one.name).toBe('proved')
    expect(one.name.split(' ')).toContain(cause)
    expect(header).toBe(await headerOf(standingStill(), one))
  }
  expect(open.length, open.join('\n')).toBeLessThanOrEqual(30)
})

test('forty single mistakes are named before anything else is looked for, although two hundred calls that nothing explains came first', async () => {
  const diagnoses = standingStill()
  const random = createRandom('among others')
  const others = Array.from({ length: 200 }, (_, i) =>
    refused('', anyDraft(random), signed(Buffer.from(`nothing ${i}`), smallKey)),
  )
  // There are too many other timestamps for the first search.
  const single = singleMistakes(60).filter(({ name }) => !/^timestamp_(?:milliseconds|differs)/.test(name))
  const answered: (string | undefined)[] = []

  const calls = [...others, ...single.slice(0, 40)]
  await Promise.all(calls.map((one) => headerOf(diagnoses, one).then((header) => answered.push(header))))

  const proved = answered.slice(0, 40).map((header) => header?.split(';')[0])
  expect(proved).toEqual(Array.from({ length: 40 }, () => 'proved'))
  expect(new Set(answered.slice(40))).toEqual(new Set(['message_unknown', 'not_examined']))
})

test('large bodies that wait for a search for several mistakes leave room for others', async () => {
  const diagnoses = standingStill()
  const wire = { ...anyDraft(createRandom('large')), wrap: [() => Buffer.alloc(1_048_576)] }
  const answered: (string | undefined)[] = []
  const all = Array.from({ length: 16 }, async (_, i) => {
    answered.push(await headerOf(diagnoses, refused('', wire, signed(Buffer.from(`nothing ${i}`), smallKey))))
  })

  // Half of them may wait for another search.
  while (answered.length < 8) await turnOfTheLoop()
  const withoutBody = signed(messageOf({ ...wire, wrap: [() => Buffer.alloc(0)] }), smallKey)

  expect(await headerOf(diagnoses, refused('', wire, withoutBody))).toBe('proved; body_missing')
  expect(new Set(answered)).toEqual(new Set(['not_examined']))
  await Promise.all(all)
  expect(answered).toContain('message_unknown')
})

test('a flood of unexplainable signatures ends the search for single mistakes too, and what is certain is said before', async () => {
  const diagnoses = standingStill()
  const random = createRandom('flood')
  const headers: (string | undefined)[] = []
  const texts = new Set<string>()
  for (let i = 0; i < 600; i += 1) {
    const signature = signed(Buffer.from(`nothing ${i}`), smallKey, 'sha1')
    const { request, failure } = refused('', anyDraft(random), signature)
    const { header, remark } = await diagnoses.ofFailure(failure, request, { id: '0A', now: 0 })
    headers.push(header)
    texts.add(remark.text.en.replace(/ GET .*/, ''))
  }

  const counts = Map.groupBy(headers, (header) => header)
  // Both searches, then only the one for a single mistake, then none.
  expect([...counts.keys()]).toEqual(['message_unknown; digest_sha1', 'not_examined; digest_sha1', 'not_examined'])
  const [, single = '', none = ''] = texts
  expect(single).toMatch(
    /^It does not fit\. The message was hashed with SHA-1\. .+ Only a single mistake was looked for, because/,
  )
  expect(none).toMatch(/^It does not fit\. The cause was not looked for, because/)
  expect(texts.size).toBe(3)
  expect(counts.get('message_unknown; digest_sha1')?.length).toBeLessThan(40)
  expect(counts.get('not_examined')?.length).toBeGreaterThan(200)
})

test('there is one diagnosis a turn of the event loop, so that other calls come in between', async () => {
  const diagnoses = standingStill()
  const burst = singleMistakes(20)
  // The first loads what diagnoses need.
  await Promise.all(burst.slice(0, 1).map((one) => headerOf(diagnoses, one)))
  let turns = 0
  let running = true
  const count = () => {
    turns += 1
    if (running) setImmediate(count)
  }
  setImmediate(count)

  const ended = await Promise.all(burst.map((one) => headerOf(diagnoses, one).then(() => turns)))
  running = false

  expect(new Set(ended).size).toBe(burst.length)
})

test('of large bodies only some wait for a diagnosis, and the others are answered at once', async () => {
  const diagnoses = standingStill()
  const large = singleMistakes(40).map((one) => ({
    ...one,
    request: { ...one.request, body: Buffer.alloc(1_048_576) },
  }))
  const answered: number[] = []

  await Promise.all(large.map((one, i) => headerOf(diagnoses, one).then(() => answered.push(i))))

  expect(answered.slice(0, 24)).toEqual(Array.from({ length: 24 }, (_, i) => i + 16))
  // Those have their answers, so others may wait.
  expect(await headerOf(diagnoses, singleMistakes(1)[0] as Refused)).toMatch(/^proved/)
})

test('no call waits for its diagnosis for more than two seconds', async () => {
  let now = 0
  const diagnoses = new Diagnoses({
    ...{ mode: 'on', operations: [], merchants },
    platformAt: () => platform,
    stopwatch: () => now,
  })
  const burst = singleMistakes(30)
  // The first loads what diagnoses need.
  await headerOf(diagnoses, burst[0] as Refused)
  let running = true
  const turn = () => {
    now += 250
    if (running) setImmediate(turn)
  }
  setImmediate(turn)

  const headers = await Promise.all(burst.map((one) => headerOf(diagnoses, one)))
  running = false

  expect(headers[0]).toMatch(/^proved/)
  expect(headers.slice(10)).toEqual(Array.from({ length: 20 }, () => 'not_examined'))
})

test('after a search for several mistakes there is a pause fourteen times as long, but no longer than a tenth of a second', async () => {
  let now = 0
  let tookMs = 0
  // A stopwatch that a diagnosis finds to have gone on between its beginning and its end.
  const stopwatch = () => {
    now += tookMs
    return now
  }
  const diagnoses = new Diagnoses({ mode: 'on', operations: [], merchants, platformAt: () => platform, stopwatch })
  const one = refused('', anyDraft(createRandom('pause')), signed(Buffer.from('nothing'), smallKey))
  const waited = async () => {
    const began = performance.now()
    await headerOf(diagnoses, one)
    return performance.now() - began
  }
  await waited()
  tookMs = 5
  await waited()
  tookMs = 0

  // 70 ms by the stopwatch, which stands still.
  expect(await waited()).toBeGreaterThan(65)
  now -= 3_600_000
  expect(await waited()).toBeGreaterThan(90)
})

test('a single mistake that is found costs the budget little, so thousands are named', async () => {
  const diagnoses = standingStill()
  const [one] = singleMistakes(1)
  if (!one) throw new Error('There is no mistake')

  let named = 0
  while (named < 10_000 && (await headerOf(diagnoses, one))?.startsWith('proved')) named += 1

  expect(named).toBe(2_048)
})
