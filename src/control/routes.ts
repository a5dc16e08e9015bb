/**
 * Routes of the control calls of every mock, each documented for the `MockControl` method of the same name. Inputs and answers are in `calls`. If two
 * paths fit, the first one answers.
 *
 * A plain table: a browser that loads it for the client loads no schemas.
 */
export const routes = {
  /** Reports that the mock is up, and its version. */
  health: 'GET /health',

  /** Keys and address to configure a client with, by default those of the well-known merchant. */
  credentials: 'GET /credentials',
  /** A program that connects a language's SDK, ready to run; with `env` a file of variables. */
  credentialsSnippet: 'GET /credentials/snippet',
  /** The merchants that may call, without their keys: the well-known one first, then the newest, page by page. */
  merchants: 'GET /merchants',
  /** Creates a merchant with an empty world of its own. Omitted members are generated, including keys. */
  createMerchant: 'POST /merchants',
  /**
   * Changes, until the next reset, whether WeChat Pay lets a merchant call: `{ certificate_state: 'expired' }`, or `{ api_v3_key_set: false }`.
   * Omitted members stay unchanged.
   */
  changeMerchant: 'PATCH /merchants/{mchid}',
  /** Gives a merchant a new certificate, until the next reset, and returns its new credentials. Signatures of the old one are refused. */
  replaceCertificate: 'POST /merchants/{mchid}/certificate?',

  /** The calls of WeChat Pay that the mock answers, with each call's own errors that can be planned. `{ errors: 'none' }` omits the errors. */
  operations: 'GET /operations',
  /** The errors that can be planned for any call, besides its own. */
  commonErrors: 'GET /common-errors',
  /** Products, tables and events of the mock, with titles for people. */
  overview: 'GET /overview',
  /** The kinds of things that the mock shows, by product, with their states and the calls that create one. */
  things: 'GET /things',
  /** Things of one kind page by page: by text, state and merchant, or those that belong to another thing (`{ of: 'stocks/1900000001%2F100088' }`). */
  thingPage: 'GET /things/{thing}',
  /**
   * A thing with its facts, the control calls that change it, and its history. Its name is its owner and its key, each escaped and joined by slashes.
   */
  thing: 'GET /things/{thing}/{name}{?limit}',
  /** The pages on the user's phone that the newest things open now, each with the things that open it. */
  phonePages: 'GET /phone-pages',

  /**
   * Finds what has a number or a text: calls, callbacks, merchants and things, a few of each kind. A whole number is found however old it is, a part of one
   * in the calls and among the newest of each kind.
   */
  search: 'GET /search',

  /** The platform certificates that merchants can download now, and the id of the public key. */
  platform: 'GET /platform',
  /**
   * Rotates the platform certificate, by the mock's clock and until the next reset: a new one is listed at once; after 24 hours either one signs;
   * after 48 only the new one. Fetch `credentials` again to learn it. The new one is valid from an hour ago and for five years by the mock's clock,
   * and also by the machine's if that judges signatures.
   */
  rotatePlatformCertificate: 'POST /platform/rotate?',

  /** Goes back to the seed: everything, including journal, clock, faults, settings, rates and platform certificate, or only one merchant's state. */
  reset: 'POST /reset?',
  /** A snapshot, of everything or of one merchant, in the format of a seed file. It contains private keys of created merchants. */
  world: 'GET /world',
  /** Number of things of each kind in the mock. */
  worldCounts: 'GET /world/counts',
  /** Replaces the whole state with a snapshot or seed file, which becomes the new seed. An invalid world changes nothing. */
  restore: 'PUT /world',
  /** The snapshots that the mock keeps, newest first. */
  snapshots: 'GET /snapshots',
  /** Takes a snapshot of everything and keeps it under a name: `{ name: 'before checkout' }`. Resets and restarts with the same store leave it alone. */
  keepSnapshot: 'POST /snapshots',
  /** A kept snapshot, in the format of a seed file. */
  snapshot: 'GET /snapshots/{name}',
  /** Replaces the whole state with a kept snapshot, as `restore` does with a file. The clock stays. */
  restoreSnapshot: 'POST /snapshots/{name}/restore?',
  /** Forgets a kept snapshot. */
  removeSnapshot: 'DELETE /snapshots/{name}',

  /** Keeps the whole state while a connection lasts, and restores it when that ends, unless it was released before. */
  keepState: 'GET /kept-state',
  /** Forgets the state that was kept. */
  releaseState: 'DELETE /kept-state',

  /** The time of the mock's clock, and whether it is frozen. */
  clock: 'GET /clock',
  /**
   * Sets the clock, freezes it or lets it run. Omitted members stay unchanged. `{ now: 'machine' }` returns to the machine's time and runs with it.
   * Callbacks that become due on the way to a later time are delivered in order before this resolves.
   */
  setClock: 'PUT /clock',
  /** Moves the clock by a duration; callbacks as with `setClock`. */
  advance: 'POST /clock/advance',

  /** The settings of the mock. */
  settings: 'GET /settings',
  /** The meaning, possible values and default of each setting. */
  settingDefinitions: 'GET /settings/definitions',
  /** Changes how the mock behaves, until the next reset: `{ orders: 'known' }`. Omitted members stay unchanged. */
  changeSettings: 'PATCH /settings',

  /** Pending faults, in the order they were planned; with `{ unused: true }` only those that no call has met so far, with `{ mchid }` one merchant's. */
  faults: 'GET /faults',
  /** Faults that have hit exchanges of the journal, including spent ones, with these exchanges; latest first. */
  firedFaults: 'GET /faults/fired',
  /**
   * Makes future authenticated calls fail: they are answered with one of their documented errors, signed, without a change (`{ operation:
   * 'associateTradeInfo', error: 'rate_limited', times: 2 }`), or take effect while the answer is lost (`{ effect: 'answer_lost', coupon_code:
   * 'sxxe34343434' }`).
   */
  planFault: 'POST /faults',
  /**
   * Removes all pending faults, ends delays that are under way, and lets through what is held. With `{ mchid }` only faults planned for that merchant
   * alone and what is held of it.
   */
  clearFaults: 'DELETE /faults',
  /** Removes one fault by the `id` that planning it returned. Throws `MOCK_FAULT_GONE` if it has already happened as often as planned. */
  removeFault: 'DELETE /faults/{id}',

  /** Calls and callbacks that faults with the effect `hold` hold, the longest held first; those of the process that answers. */
  held: 'GET /held',
  /**
   * Decides what becomes of a held one: `{ decide: 'let_through' }`, after which a call runs and a callback is sent; `{ decide: 'lose' }`, with
   * nothing done; or for a call `{ decide: 'answer', status: 500, body: { code: 'SYSTEM_ERROR' } }`, signed. Throws `MOCK_HELD_GONE` if it is
   * not held, or not any more.
   */
  decideHeld: 'POST /held/{id}',

  /**
   * Plans the answer of a shaped call: `{ operation: 'GET /v3/payscore/serviceorder', merge: { state: 'DONE' } }`; or of a path unknown to the mock:
   * `{ operation: 'POST /v3/new/call', status: 200, body: { … } }`. Applies once unless `times` is larger.
   */
  planAnswer: 'POST /answers',
  /** Pending planned answers, in the order they were planned. */
  answers: 'GET /answers',
  /** Removes the planned answers, of one merchant or of all. */
  clearAnswers: 'DELETE /answers',
  /** Removes one planned answer by its `id`. Throws `MOCK_ANSWER_GONE` if it has already been used as often as planned. */
  removeAnswer: 'DELETE /answers/{id}',

  /** Callbacks with their attempts, in the order in which they were created. */
  notifications: 'GET /notifications',
  /**
   * Creates a callback of an event and sends it now: `{ event_type: 'COUPON.SEND', url: 'http://127.0.0.1:3000/notify' }`; or repeats one now: `{ id
   * }`. Resolves after the attempt.
   */
  sendNotification: 'POST /notifications',
  /**
   * Delivers the callbacks that are due now. Resolves once each was tried, with the callbacks in the format of `notifications`. Later ones wait for
   * the clock: `advance`.
   */
  deliverNotifications: 'POST /notifications/deliver?',
  /** Summaries of callbacks, newest first, page by page. */
  notificationPage: 'GET /notifications/page',
  /** One callback by its id, with the journal's exchanges for its attempts. */
  notification: 'GET /notifications/{id}',

  /** The latest simulated calls with their answers, oldest first; with `limit` only that many of the newest. */
  journal: 'GET /journal',
  /** Empties the journal. */
  clearJournal: 'DELETE /journal',
  /** How many calls the journal has. */
  journalCount: 'GET /journal/count',
  /** Summaries of calls and of attempts to deliver callbacks, newest first, page by page. */
  journalPage: 'GET /journal/page',
  /**
   * Calls and callbacks as one Pact contract of specification 4, from those that `journalPage` lists with the same filter, plus those left out and
   * why.
   */
  journalPact: 'GET /journal/pact',
  /** Calls, and callbacks that the mock sent, as an HTTP archive (HAR 1.2), with the same filter. */
  journalHar: 'GET /journal/har',
  /** Calls as a bash script of curl commands, with the same filter: signed afresh, which works for five minutes, or as they were sent. */
  journalCurl: 'GET /journal/curl',
  /** One call by its Request-ID, with or without the code behind the dash. */
  exchange: 'GET /journal/{id}',
  /**
   * Sends a call again, signed afresh for its sender, and returns the new exchange. Throws `MOCK_EXCHANGE_UNAUTHENTICATED` for a call that was
   * refused as unauthenticated, unless asked to sign it anyway: `{ unauthenticated: 'sign' }`. With `{ request_no: 'new' }` it is a new call like
   * that one, rather than a repeat.
   */
  replayExchange: 'POST /journal/{id}/replay{?unauthenticated,request_no}?',
  /** Does the same with changes: `{ method, target, body, mchid }`; members that are left out stay as they were. */
  sendCall: 'POST /journal/{id}/send',
  /** The things, of any kind, that a call changed or names, or that a callback reports, in their current state. */
  exchangeThings: 'GET /journal/{id}/things',
  /**
   * Finds what would let a refused call through: control calls after which the same call is accepted, each tried out and undone, and the calls that
   * brought about what it was refused for. Throws `MOCK_EXCHANGE_NOT_REFUSED` for a call that no rule refused.
   */
  exchangeRepairs: 'GET /journal/{id}/repairs',
  /** A call as a curl command for bash and zsh. */
  exchangeCurl: 'GET /journal/{id}/curl',
  /** A call as a Pact contract of specification 4. Throws `MOCK_NO_CONTRACT` if that is impossible. */
  exchangePact: 'GET /journal/{id}/pact',
  /**
   * A call as a program that makes it with an SDK, as a test that also looks at the answer, or as a contract: `{ as: 'java' }`, `{ as: 'pytest' }`. A
   * callback as a program that verifies and decrypts exactly that. Throws `MOCK_NO_CODE` if that is impossible.
   */
  exchangeCode: 'GET /journal/{id}/code',
  /** The forms in which `exchangeCode` has a call or callback. */
  exchangeCodeForms: 'GET /journal/{id}/code/forms',
  /** A list of the dashboard with its details in one HTML file, which shows them without a mock: `{ view: 'exchanges?outcome=error' }`. */
  savedView: 'GET /saved-view',
  /** A first call to try, as a curl command that works for five minutes. */
  sampleCurl: 'GET /sample/curl',
  /**
   * Fills the journal with a short story to look at: an order that is paid, with its callback, a coupon that is linked and redeemed, a call that is
   * refused and one that is wrongly signed. It creates its own things, with new numbers each time, and changes no others. Returns its exchanges.
   * Throws `MOCK_STORY_FAULTS` if planned faults would hit it.
   */
  playStory: 'POST /story?',

  /** Exchanges and changes of the state as they happen, as server-sent events. */
  events: 'GET /events',
  /** The control API and the simulated one as an OpenAPI 3.1 document. */
  openapi: 'GET /openapi.json',
} as const

/**
 * Maximum number of exchanges in an export of each format: a contract tries out each of them, and a script signs each of them.
 * Separate from the calls because the dashboard loads it.
 */
export const EXPORT_LIMITS = { pact: 1_000, har: 10_000, curl: 1_000 } as const

export type ExportFormat = keyof typeof EXPORT_LIMITS
