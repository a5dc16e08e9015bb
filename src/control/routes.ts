/**
 * The routes of the control calls that every mock has, each with what the `MockControl` method of the same name does. Inputs and answers are
 * in `calls`. Where two paths fit, the first one answers.
 *
 * A plain table: a browser that loads it for the client loads no schemas.
 */
export const routes = {
  /** Tells that the mock is up, and its version. */
  health: 'GET /health',

  /** Keys and address to configure a client with; of the well-known merchant if none is named. */
  credentials: 'GET /credentials',
  /** A program that connects a language's SDK, ready to be run; with `env` a file of variables. */
  credentialsSnippet: 'GET /credentials/snippet',
  /** The merchants that may call, without their keys: the well-known one first, then the newest, page by page. */
  merchants: 'GET /merchants',
  /** Makes a fresh merchant with an empty world of its own; what is left out is made up, keys included. */
  createMerchant: 'POST /merchants',
  /**
   * Changes, until the next reset, whether WeChat Pay lets a merchant call: `{ certificate_state: 'expired' }`, or `{ api_v3_key_set: false }`. What
   * is left out stays as it is.
   */
  changeMerchant: 'PATCH /merchants/{mchid}',
  /** Gives a merchant a new certificate, until the next reset, and returns its new credentials; what is signed with the old one is refused. */
  replaceCertificate: 'POST /merchants/{mchid}/certificate?',

  /** The calls of WeChat Pay that the mock answers, with the errors of its own that each can be planned to fail with: `{ errors: 'none' }` leaves these out. */
  operations: 'GET /operations',
  /** The errors that any call can be planned to fail with, besides its own. */
  commonErrors: 'GET /common-errors',
  /** What the mock serves: its products, tables and events, with titles for people. */
  overview: 'GET /overview',
  /** The kinds of things that the mock shows, product by product, with their states and what makes one. */
  things: 'GET /things',
  /** Things of one kind page by page: by text, state and merchant, or those that another thing has (`{ of: 'stocks/1900000001%2F100088' }`). */
  thingPage: 'GET /things/{thing}',
  /** A thing with its facts, the control calls that change it, and what happened to it. Its name is its owner and its key, each escaped, with slashes between. */
  thing: 'GET /things/{thing}/{name}{?limit}',

  /** The platform certificates that merchants can download now, and the id of the public key. */
  platform: 'GET /platform',
  /**
   * Changes the platform certificate, by the mock's clock and until the next reset: a new one is listed at once; after 24 hours either one signs; after
   * 48 the new one alone. Ask for `credentials` again to know it. The new one is valid from an hour ago and for five years by the mock's clock, and
   * by the machine's too where signatures are judged by that.
   */
  rotatePlatformCertificate: 'POST /platform/rotate?',

  /** Goes back to the seed: everything, with journal, clock, faults, settings, rates and platform certificate, or only one merchant's state. */
  reset: 'POST /reset?',
  /** A snapshot, of everything or of one merchant, in the format of a seed file. It holds private keys of the merchants made. */
  world: 'GET /world',
  /** How many things of each kind the mock holds. */
  worldCounts: 'GET /world/counts',
  /** Replaces the whole state by a snapshot or seed file, which becomes the new seed. A world that does not fit changes nothing. */
  restore: 'PUT /world',

  /** What the mock's clock shows, and whether it stands still. */
  clock: 'GET /clock',
  /**
   * Sets the clock, freezes it or lets it run; what is left out stays as it is. `{ now: 'machine' }` goes back to the machine's time and runs with it.
   * Callbacks that become due on the way to a later time are delivered in their order before this resolves.
   */
  setClock: 'PUT /clock',
  /** Moves the clock by a duration; callbacks as with `setClock`. */
  advance: 'POST /clock/advance',

  /** The settings of the mock. */
  settings: 'GET /settings',
  /** What there is to set: what each setting means, the values that it can have, and its default. */
  settingDefinitions: 'GET /settings/definitions',
  /** Changes how the mock behaves, until the next reset: `{ orders: 'known' }`. What is left out stays as it is. */
  changeSettings: 'PATCH /settings',

  /** The faults that are still to come, in the order they were planned; with `{ unused: true }` only those that no call has met so far. */
  faults: 'GET /faults',
  /** The faults that have hit exchanges of the journal, spent ones included, with these exchanges; the latest first. */
  firedFaults: 'GET /faults/fired',
  /**
   * Makes coming authenticated calls go wrong: they are answered with one of their documented errors, signed, without a change
   * (`{ operation: 'associateTradeInfo', error: 'rate_limited', times: 2 }`), or take effect while the answer is lost
   * (`{ effect: 'answer_lost', coupon_code: 'sxxe34343434' }`).
   */
  planFault: 'POST /faults',
  /** Forgets the faults that are still to come, and ends delays that are under way. */
  clearFaults: 'DELETE /faults',
  /** Forgets one fault by the `id` that planning it returned. Throws `MOCK_FAULT_GONE` when it has already happened as often as planned. */
  removeFault: 'DELETE /faults/{id}',

  /**
   * Plans what a shaped call answers: `{ operation: 'GET /v3/payscore/serviceorder', merge: { state: 'DONE' } }`; or what a path answers that the mock
   * does not know: `{ operation: 'POST /v3/new/call', status: 200, body: { … } }`. Once, unless `times` says more.
   */
  planAnswer: 'POST /answers',
  /** The planned answers that are still to come, in the order they were planned. */
  answers: 'GET /answers',
  /** Forgets the planned answers, of one merchant or of all. */
  clearAnswers: 'DELETE /answers',
  /** Forgets one planned answer by its `id`. Throws `MOCK_ANSWER_GONE` when its calls have been answered. */
  removeAnswer: 'DELETE /answers/{id}',

  /** Callbacks with their attempts, in the order in which they were made. */
  notifications: 'GET /notifications',
  /**
   * Makes a callback of an event and sends it now: `{ event_type: 'COUPON.SEND', url: 'http://127.0.0.1:3000/notify' }`; or repeats one now: `{ id }`.
   * Resolves after the attempt.
   */
  sendNotification: 'POST /notifications',
  /**
   * Delivers the callbacks that are due now: resolves when each was tried, with callbacks as `notifications` shows them. Those that are due later
   * wait for the clock: `advance`.
   */
  deliverNotifications: 'POST /notifications/deliver?',
  /** Summaries of callbacks, the newest first, page by page. */
  notificationPage: 'GET /notifications/page',
  /** One callback by its id, with the journal's exchanges for its attempts. */
  notification: 'GET /notifications/{id}',

  /** The latest simulated calls with their answers, oldest first; with `limit` only that many of the newest. */
  journal: 'GET /journal',
  /** Empties the journal. */
  clearJournal: 'DELETE /journal',
  /** How many calls the journal has. */
  journalCount: 'GET /journal/count',
  /** Summaries of calls and of attempts to deliver callbacks, the newest first, page by page. */
  journalPage: 'GET /journal/page',
  /**
   * Calls and callbacks as one Pact contract of specification 4, with what was left out of it and why: of those that `journalPage` lists with the
   * same filter.
   */
  journalPact: 'GET /journal/pact',
  /** Calls, and callbacks that the mock sent, as an HTTP archive (HAR 1.2), filtered in the same way. */
  journalHar: 'GET /journal/har',
  /** Calls as a bash script of curl commands, filtered in the same way: signed afresh, which works for five minutes, or as they were sent. */
  journalCurl: 'GET /journal/curl',
  /** One call by its Request-ID, with or without the code behind the dash. */
  exchange: 'GET /journal/{id}',
  /**
   * Sends a call again, signed afresh for its sender; returns the new exchange. Throws `MOCK_EXCHANGE_UNAUTHENTICATED` for a call that was refused
   * as unauthenticated, unless told to sign it all the same: `{ unauthenticated: 'sign' }`. With `{ request_no: 'new' }` it is another call like
   * that one, and no repeat of it.
   */
  replayExchange: 'POST /journal/{id}/replay{?unauthenticated,request_no}?',
  /** The things that a call changed, or names, or a callback tells of, of any kind, as they are now. */
  exchangeThings: 'GET /journal/{id}/things',
  /** A call as a curl command for bash and zsh. */
  exchangeCurl: 'GET /journal/{id}/curl',
  /** A call as a Pact contract of specification 4. Throws `MOCK_NO_CONTRACT` where none can be made of it. */
  exchangePact: 'GET /journal/{id}/pact',
  /** A callback that the mock sent as a program that verifies and decrypts exactly that with an SDK, ready to be run. */
  callbackSnippet: 'GET /journal/{id}/snippet',
  /** A first call to try, as a curl command that works for five minutes. */
  sampleCurl: 'GET /sample/curl',
  /**
   * Fills the journal with a short story to look at: an order that is paid, with its callback, a coupon that is linked and redeemed, a call that is refused
   * and one that is wrongly signed. It has things of its own, with other numbers each time, and changes no others. Returns its exchanges. Throws
   * `MOCK_STORY_FAULTS` where planned faults would hit it.
   */
  playStory: 'POST /story?',

  /** Exchanges and changes of the state as they happen, as server-sent events. */
  events: 'GET /events',
  /** The control API and the simulated one as an OpenAPI 3.1 document. */
  openapi: 'GET /openapi.json',
} as const
