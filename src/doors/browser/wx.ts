/**
 * `/_mock/wx.js`: gives a page in any browser what it calls in WeChat, by way of the mock's pages on the phone. A classic script, built by itself,
 * for front ends of any origin: it holds no data and makes no calls, and only opens windows.
 */

type Options = Readonly<Record<string, unknown>>

/** The argument of callbacks in mini programs and JS-SDK. */
interface Result {
  readonly errMsg: string
  /** Only {@link own.openBusinessView} takes it. */
  readonly errCode?: number
  /** Data that the opened mini program brings back. */
  readonly extraData?: Options
}

interface Callbacks {
  success?(result: Result): void
  fail?(result: Result): void
  cancel?(result: Result): void
  complete?(result: Result): void
}

type Callable = (options?: Options & Callbacks) => unknown

/** How a page was left, as it tells its opener. */
interface Ending {
  readonly err_msg: string
  readonly err_desc?: string
  readonly extraData?: Options
}

type Outcome = 'ok' | 'cancel' | 'fail'

const script = new URL((document.currentScript as HTMLScriptElement).src)
const inChinese = navigator.language.toLowerCase().startsWith('zh')

/** The appid of the front end: that of the script's address, or of wx.config. */
let appId = script.searchParams.get('appid') ?? undefined

/** Opens a page of the mock in a window of its own; resolves once that is closed. */
async function openPage(
  path: string,
  options: Options,
): Promise<{ outcome: Outcome; why: string | undefined; extraData: Options | undefined }> {
  const query = Object.entries(options).filter(
    (one): one is [string, string | number] => typeof one[1] === 'string' || typeof one[1] === 'number',
  )
  const address = new URL(
    `/_mock/${path}?${new URLSearchParams(query.map(([name, value]) => [name, String(value)]))}`,
    script,
  )
  const open = () => window.open(address, '_blank', 'popup,width=390,height=844')
  // A browser lets a page open a window while it handles a click, and not as it loads.
  const page = open() ?? (await afterClick(open))
  let ending: Ending | undefined
  const listen = ({ source, origin, data }: MessageEvent) => {
    if ((source === page || source === null) && origin === script.origin) ending = data as Ending
  }
  addEventListener('message', listen)
  while (page && !page.closed) await pause()
  // A busy front end sees that the window was closed before it hears its message, which has no source by then.
  for (let pauses = 0; page && !ending && pauses < 10; pauses += 1) await pause()
  removeEventListener('message', listen)
  return { outcome: outcomeOf(ending?.err_msg ?? 'cancel'), why: ending?.err_desc, extraData: ending?.extraData }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 100))

function outcomeOf(errMsg: string): Outcome {
  return errMsg.endsWith('cancel') ? 'cancel' : errMsg.endsWith(':ok') ? 'ok' : 'fail'
}

/** Asks for a click on this page, and opens the window then; `null` if nobody wants it. */
function afterClick(open: () => Window | null): Promise<Window | null> {
  const dialog = document.createElement('dialog')
  const button = (title: string, act: () => Window | null) => {
    const one = dialog.appendChild(document.createElement('button'))
    one.type = 'button'
    one.textContent = title
    one.style.cssText = 'display:block;inline-size:100%;min-block-size:44px;margin:8px 0 0;font:inherit'
    return new Promise<Window | null>((resolve) => {
      one.onclick = () => resolve(act())
    })
  }
  dialog.append(inChinese ? 'wechatpay-mock 要打开微信的页面' : 'wechatpay-mock opens the page that WeChat would show')
  dialog.style.cssText = 'max-inline-size:320px;padding:20px;font:16px/1.5 system-ui,sans-serif'
  const opened = button(inChinese ? '打开' : 'Open', open)
  const declined = button(inChinese ? '取消' : 'Cancel', () => null)
  const closed = new Promise<null>((resolve) => {
    dialog.oncancel = () => resolve(null)
  })
  document.documentElement.append(dialog)
  dialog.showModal()
  return Promise.race([opened, declined, closed]).finally(() => dialog.remove())
}

/** Tells the callbacks of an API how it ended; without any it is a promise, as in a mini program. */
function tell({ success, fail, cancel, complete }: Callbacks, outcome: Outcome, result: Result): Result {
  if (outcome === 'ok') success?.(result)
  else if (outcome === 'cancel' && cancel) cancel(result)
  else fail?.(result)
  complete?.(result)
  if (outcome !== 'ok' && !success && !fail && !cancel && !complete) throw result
  return result
}

/** The callbacks of a mini program, which has no `cancel` among them. */
function ofMiniProgram({ success, fail, complete }: Callbacks): Callbacks {
  return { ...(success && { success }), ...(fail && { fail }), ...(complete && { complete }) }
}

/** The members that a mini program refuses unless they are texts, with the words of its client. */
const TEXTS = ['timeStamp', 'nonceStr', 'package', 'paySign'] as const

function misfit(options: Options): string | undefined {
  const name = TEXTS.find((one) => typeof options[one] !== 'string')
  if (name === undefined) return undefined
  const type = options[name] === undefined ? 'Undefined' : Object.prototype.toString.call(options[name]).slice(8, -1)
  return `parameter error: parameter.${name} should be String instead of ${type};`
}

/** The members of a request for payment, those of JS-SDK too, which writes `timestamp`. */
function payment({ timestamp, ...options }: Options): Options {
  return { ...(appId !== undefined && { appId }), ...(timestamp !== undefined && { timeStamp: timestamp }), ...options }
}

const CASHIER = 'cashier'
const TRANSFER_PAGE = 'transfer-page'
const WALLET = 'wallet'

/** `errCode` of wx.openBusinessView (reported). */
const BUSINESS_VIEW = { ok: 0, cancel: -3, invalid: -4 } as const

const own = {
  async requestPayment(options: Options & Callbacks = {}) {
    const wrong = misfit(options)
    if (wrong) return tell(options, 'fail', { errMsg: `requestPayment:fail ${wrong}` })
    const { outcome, why = '' } = await openPage(CASHIER, payment(options))
    const errMsg = { ok: 'ok', cancel: 'fail cancel', fail: `fail ${why}`.trim() }[outcome]
    return tell(ofMiniProgram(options), outcome, { errMsg: `requestPayment:${errMsg}` })
  },
  async chooseWXPay(options: Options & Callbacks = {}) {
    const { outcome, why } = await openPage(CASHIER, payment(options))
    const result = { errMsg: `chooseWXPay:${outcome}`, ...(why !== undefined && { err_desc: why }) }
    return tell(options, outcome, result)
  },
  async requestMerchantTransfer(options: Options & Callbacks = {}) {
    const { outcome } = await openPage(TRANSFER_PAGE, options)
    const errMsg = `requestMerchantTransfer:${outcome === 'cancel' ? 'fail cancel' : outcome}`
    return tell(ofMiniProgram(options), outcome, { errMsg })
  },
  /** 领券组件 (documented, partner/4016434346): lets the user take a product coupon by the token of a pre-send. The mock has no other component. */
  async openBusinessView(options: Options & Callbacks = {}) {
    const { action, token } = (options.extraData ?? {}) as Options
    if (options.businessType !== 'wxpayCouponUse' || action !== 'receiveCoupon') {
      console.warn("wechatpay-mock opens businessType 'wxpayCouponUse' with the action 'receiveCoupon' only.")
      const invalid = { errCode: BUSINESS_VIEW.invalid, errMsg: 'openBusinessView:fail invalid businessType' }
      return tell(ofMiniProgram(options), 'fail', invalid)
    }
    const { outcome, extraData } = await openPage(WALLET, { token: String(token ?? '') })
    // One that was opened says ok, whatever it said to the user; one that nobody wanted opened does not.
    const answer =
      outcome === 'ok'
        ? { errCode: BUSINESS_VIEW.ok, errMsg: 'openBusinessView:ok', ...(extraData && { extraData }) }
        : { errCode: BUSINESS_VIEW.cancel, errMsg: 'openBusinessView:fail cancel' }
    return tell(ofMiniProgram(options), outcome, answer)
  },
  checkJsApi(options: Options & Callbacks = {}) {
    const names = Array.isArray(options.jsApiList) ? options.jsApiList.map(String) : []
    const checkResult = Object.fromEntries(names.map((name) => [name, canIUse(name)]))
    return Promise.resolve(tell(options, 'ok', { checkResult, errMsg: 'checkJsApi:ok' } as Result))
  },
} satisfies Readonly<Record<string, Callable>>

/** Names under which `WeixinJSBridge` knows the calls above, with the words before the colon of their `err_msg`. */
const BRIDGE: Readonly<Record<string, readonly [call: (options?: Options) => Promise<Result>, name: string]>> = {
  getBrandWCPayRequest: [own.chooseWXPay, 'get_brand_wcpay_request'],
  requestMerchantTransfer: [own.requestMerchantTransfer, 'requestMerchantTransfer'],
  checkJsApi: [own.checkJsApi, 'checkJsApi'],
}

function canIUse(schema: string): boolean {
  const [name = ''] = schema.split('.', 1)
  return Object.hasOwn(wx, name) || Object.hasOwn(BRIDGE, name)
}

let configured: Result | undefined
const waiting: { readonly when: 'ok' | 'fail'; readonly call: (result: Result) => void }[] = []

/** Calls back those who wait for wx.config, once that was called. */
function callWaiting(): void {
  const result = configured
  if (!result) return
  const outcome = outcomeOf(result.errMsg)
  for (const { when, call } of waiting.splice(0)) if (when === outcome) call(result)
}

function wait(when: 'ok' | 'fail', call: (result: Result) => void): void {
  waiting.push({ when, call })
  setTimeout(callWaiting)
}

const wx = {
  ...(window as { wx?: object }).wx,
  ...own,
  canIUse,
  config(options: Options = {}) {
    const lacking = ['appId', 'timestamp', 'nonceStr', 'signature'].find((name) => !options[name])
    if (typeof options.appId === 'string') appId = options.appId
    configured = { errMsg: lacking === undefined ? 'config:ok' : `config:fail, ${lacking} is missing` }
    setTimeout(callWaiting)
  },
  ready: (call: (result: Result) => void) => wait('ok', call),
  error: (call: (result: Result) => void) => wait('fail', call),
  getAccountInfoSync: () => ({ miniProgram: { appId: appId ?? '', envVersion: 'develop', version: '' } }),
}

const WeixinJSBridge = {
  async invoke(name: string, options: Options = {}, callback: (answer: object) => void = () => undefined) {
    const [call, before] = BRIDGE[name] ?? []
    if (!call) return callback({ err_msg: 'system:function_not_exist' })
    const { errMsg, ...result } = await call(options).catch((failed: Result) => failed)
    callback({ ...result, err_msg: `${before}:${errMsg.split(/:(.*)/s)[1]}` })
  },
  call: () => undefined,
  on: () => undefined,
}

// JS-SDK leaves a `jWeixin` that is there alone.
Object.assign(window, { wx, jWeixin: wx, WeixinJSBridge })

function announce(): void {
  for (const name of ['WeixinJSBridgeReady', 'onWeixinJSBridgeReady']) document.dispatchEvent(new Event(name))
}

// Those who wait for it are scripts further down.
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', announce)
else setTimeout(announce)
