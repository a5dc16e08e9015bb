import { setTimeout as wait } from 'node:timers/promises'
import type { Merchant } from '../../../src/engine/keys/merchants.ts'
import type { Store } from '../../../src/engine/state/store.ts'
import { open } from '../../../src/wire/protocol/envelope.ts'
import { isJsonObject } from '../../../src/wire/protocol/json-object.ts'
import { encryptField } from '../../../src/wire/protocol/sensitive-field.ts'
import { createMock, type OpenedMock } from '../../helpers/engine.ts'
import { Random } from '../random.ts'
import { NOON } from '../references.ts'
import { unsigned } from '../subject.ts'
import type { Conduct, Told } from './ledger.ts'
import { type Payer, PEOPLE, type Step, type Wanted } from './steps.ts'

const BASE = '/v3/fund-app/mch-transfer'
export const POOR_BALANCE = 1_000

export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** The surroundings of a mock that is played with. */
export interface World {
  /** A merchant with any amount of money. */
  readonly rich: Merchant
  /** The memory of this process if left out. Two of one database give two instances of the mock, which take the steps in turn. */
  readonly stores?: readonly Store[]
  /** The longest that a shop takes to reply to a callback, milliseconds. Default: 0. */
  readonly replyMs?: number
}

/** The instances of a mock, the calls that steps come to, and the shops that get the callbacks. */
export class Instances {
  readonly mchids: Readonly<Record<Payer, string>>
  /** The last `package_info` and the `transfer_bill_no` of each transfer, by {@link keyOf}. */
  readonly packages = new Map<string, string>()
  readonly ids = new Map<string, string>()
  /** Callbacks about transfers that the shops got. */
  readonly received: (Told & { readonly by: Payer })[] = []
  /** Called for each callback before its shop replies. */
  beforeReply: () => Promise<void> = async () => {}
  readonly #mocks: readonly OpenedMock[]
  readonly #headers: Readonly<Record<Payer, string>>
  readonly #replyMs: number
  readonly #random = new Random(1)
  #asked = 0

  private constructor(mocks: readonly OpenedMock[], { poor, rich }: Record<Payer, Merchant>, replyMs: number) {
    this.#mocks = mocks
    this.mchids = { poor: poor.mchid, rich: rich.mchid }
    this.#headers = { poor: unsigned(poor), rich: unsigned(rich) }
    this.#replyMs = replyMs
  }

  static async begin({ rich, stores, replyMs = 0 }: World, conduct: Conduct): Promise<Instances> {
    const { slow, takes, cancelTakes, closesLate } = conduct
    const begun: Instances[] = []
    const mocks = (stores ?? [undefined]).map((store, i) =>
      createMock({
        seed: 'empty',
        auth: 'lenient',
        // Two instances must not make the same ids.
        randomSeed: `transfers ${i}`,
        journalLimit: 4,
        diagnosis: 'off',
        clockStart: { now: NOON, frozen: true },
        ...(store && { store }),
        transferLocking: slow ? 'slow' : 'at_once',
        transferTakes: takes,
        transferCancelTakes: cancelTakes,
        transferClosesLate: closesLate / 60,
        allowCallbackHosts: ['poor.example', 'rich.example'],
        receive: async (request) => begun[0]?.receive(request) ?? new Response(null, { status: 500 }),
      }),
    )
    const [mock] = mocks
    if (!mock) throw new Error('There is no store to play with.')
    await mock.merchants.add(rich)
    const instances = new Instances(mocks, { poor: mock.defaultMerchant, rich }, replyMs)
    begun.push(instances)
    await mock.control.changeTransferAccount({ balance: POOR_BALANCE })
    for (const mchid of Object.values(instances.mchids)) {
      for (const [openid, real_name] of Object.entries(PEOPLE)) {
        if (real_name !== undefined) await mock.control.addUser({ mchid, openid, real_name })
      }
    }
    return instances
  }

  /** The one that moves the clock, and is looked at. */
  get first(): OpenedMock {
    const [first] = this.#mocks
    if (!first) throw new Error('There is no instance.')
    return first
  }

  /** Seconds on the mock's clock. */
  get now(): number {
    return this.first.clock.now() / 1_000
  }

  async close(): Promise<void> {
    for (const mock of this.#mocks) await mock.close()
  }

  async idle(): Promise<void> {
    for (const mock of this.#mocks) await mock.outbox.idle()
  }

  async receive(request: Request): Promise<Response> {
    const by = new URL(request.url).hostname.startsWith('poor') ? 'poor' : 'rich'
    const { event_type, resource } = JSON.parse(await request.text())
    const merchant = this.first.merchants.find(this.mchids[by])
    const opened = open(resource, merchant?.apiV3Key ?? '')
    if (!opened.ok) return new Response(null, { status: 500 })
    const { out_bill_no, state, fail_reason, update_time } = JSON.parse(opened.plaintext)
    if (event_type === 'MCHTRANSFER.BILL.FINISHED') {
      this.received.push({ by, no: out_bill_no, state, reason: fail_reason, at: Date.parse(update_time) / 1_000 })
    }
    await this.beforeReply()
    if (this.#replyMs > 0) await wait(this.#random.between(0, this.#replyMs))
    return new Response(null, { status: 204 })
  }

  /** Makes the call of a step. The clock is moved by the first instance, anything else done by each in turn. */
  async ask(step: Step): Promise<Answer | boolean | undefined> {
    const mock = this.#inTurn()
    const { control } = mock
    const owner = { mchid: this.mchids[step.by] }
    const call = (method: string, target: string, body?: object) => this.#call(mock, step.by, method, target, body)
    switch (step.do) {
      case 'create': {
        const { openid, ...body } = this.#bodyOf(step.by, step.wanted)
        return call('POST', `${BASE}/transfer-bills`, { ...body, openid })
      }
      case 'transfer': {
        const { openid: _, ...body } = this.#bodyOf(step.by, step.wanted)
        return call('POST', `${BASE}/transfer-bills/transfer`, { ...body, out_authorization_no: step.authorization })
      }
      case 'query':
        return call('GET', `${BASE}/transfer-bills/out-bill-no/${step.no}`)
      case 'queryById': {
        const id = this.ids.get(keyOf(step)) ?? '1330'
        return call('GET', `${BASE}/transfer-bills/transfer-bill-no/${id}`)
      }
      case 'cancel':
        return call('POST', `${BASE}/transfer-bills/out-bill-no/${step.no}/cancel`)
      case 'confirm': {
        const given = this.#packageFor(step)
        const body = { ...given, ...(step.outcome !== undefined && { outcome: step.outcome as 'SUCCESS' }) }
        return succeeds(control.confirmTransfer(step.no, body, owner))
      }
      case 'dismiss':
        return succeeds(control.dismissTransfer(step.no, {}, owner))
      case 'fail':
        return succeeds(control.failTransfer(step.no, { fail_reason: step.reason as 'TRANSFER_RISK' }, owner))
      case 'topUp':
        return succeeds(control.changeTransferAccount({ top_up: step.amount }, owner))
      case 'setBalance':
        return succeeds(control.changeTransferAccount({ balance: step.balance ?? null }, owner))
      case 'setOpened':
        return succeeds(control.changeTransferAccount({ opened: step.opened }, owner))
      case 'add': {
        const { no, openid, amount, name, notify } = step.wanted
        const { transfer_bill_no } = await control.addTransfer({
          ...owner,
          out_bill_no: no,
          openid,
          transfer_amount: amount,
          state: step.state,
          ...(name !== undefined && { user_name: name }),
          ...(notify && { notify_url: notifyUrlOf(step.by) }),
        })
        this.ids.set(keyOf(step), transfer_bill_no)
        this.packages.delete(keyOf(step))
        return undefined
      }
      case 'ask':
        return call('POST', `${BASE}/user-confirm-authorization`, {
          out_authorization_no: step.no,
          appid: 'wx0000000000000001',
          openid: step.openid,
          transfer_scene_id: '1000',
          user_display_name: '用户',
          authorization_notify_url: `https://${step.by}.example/authorized`,
        })
      case 'agree':
        return succeeds(control.confirmTransferAuthorization(step.no, {}, owner))
      case 'close':
        return call('POST', `${BASE}/user-confirm-authorization/out-authorization-no/${step.no}/close`)
      case 'advance':
        await this.first.control.advance(step.seconds)
        return undefined
      case 'setBack':
        await this.first.control.advance(-step.seconds)
        return undefined
      case 'jump':
        await this.first.control.setClock({ now: new Date((this.now + step.seconds) * 1_000).toISOString() })
        return undefined
      case 'reset':
        await control.reset(owner.mchid)
        return undefined
      case 'restore':
        await control.restore(await control.world())
        return undefined
      case 'limit':
        await control.changeSettings({ transfer_limits: step.limits })
        return undefined
    }
  }

  #inTurn(): OpenedMock {
    const mock = this.#mocks[this.#asked % this.#mocks.length]
    this.#asked += 1
    return mock ?? this.first
  }

  #packageFor(step: Extract<Step, { do: 'confirm' }>): { package_info?: string } {
    const own = this.packages.get(keyOf(step))
    if (step.with === 'foreign') {
      const other = [...this.packages].find(([name]) => name !== keyOf(step))?.[1]
      return { package_info: other ?? 'x' }
    }
    return step.with === 'old' && own !== undefined ? { package_info: own } : {}
  }

  #bodyOf(by: Payer, { no, amount, openid, name, notify }: Wanted) {
    return {
      appid: 'wx0000000000000001',
      out_bill_no: no,
      transfer_scene_id: '1000',
      openid,
      ...(name !== undefined && { user_name: encryptField(name, this.first.platform.publicKey.publicKey) }),
      transfer_amount: amount,
      transfer_remark: '测试',
      ...(notify && { notify_url: notifyUrlOf(by) }),
      transfer_scene_report_infos: [
        { info_type: '活动名称', info_content: '新会员有礼' },
        { info_type: '奖励说明', info_content: '抽奖一等奖' },
      ],
    }
  }

  async #call(mock: OpenedMock, by: Payer, method: string, target: string, body?: object): Promise<Answer> {
    const text = body === undefined ? '' : JSON.stringify(body)
    const response = await mock.handle({
      method,
      target,
      headers: {
        accept: 'application/json',
        'user-agent': 'model',
        authorization: this.#headers[by],
        'wechatpay-serial': mock.platform.publicKey.serialNo,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: Buffer.from(text),
    })
    const parsed: unknown = JSON.parse(Buffer.from(response.body).toString('utf8'))
    if (!isJsonObject(parsed)) throw new Error(`${method} ${target} answers ${JSON.stringify(parsed)}`)
    return { status: response.status, body: parsed }
  }
}

/** Names the transfer that a step is about. */
export function keyOf(step: Step): string {
  return `${step.by} ${'wanted' in step ? step.wanted.no : 'no' in step ? step.no : ''}`
}

function notifyUrlOf(by: Payer): string {
  return `https://${by}.example/transferred`
}

/** Whether a control call succeeds; misuse is an answer, too, and anything else is not. */
async function succeeds(call: Promise<unknown>): Promise<boolean> {
  try {
    await call
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('MOCK_')) return false
    throw error
  }
}
