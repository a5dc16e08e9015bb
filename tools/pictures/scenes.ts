import type { Page } from 'playwright-core'
import type { en } from '../../dashboard/texts/en.ts'
import type { MockControl } from '../../src/mock-control.ts'
import type { Told } from './story.ts'
import { scenesOfTransferPage } from './transfer-page.ts'

export type Words = typeof en

/**
 * The mocks behind the page: one with the whole story, one in its initial state, one that requires a token, one with a custom product; and, new for
 * each picture, one that it may change, or one that goes away.
 */
type MockName = 'told' | 'fresh' | 'guarded' | 'own' | 'lone' | 'leaving'

/** One state of one view. */
export interface Scene {
  readonly view: string
  readonly state: string
  /** Its address in the dashboard, or that of another page, `/_mock/…`; or a function that returns it for each picture. */
  readonly address: string | ((control: MockControl) => Promise<string>)
  /** Default: the mock with the whole story. */
  readonly mock?: MockName
  /** Brings the mock into the state, before any page shows it. */
  readonly prepare?: (control: MockControl) => Promise<unknown>
  /** Restores it, for the scenes that follow. */
  readonly restore?: (control: MockControl) => Promise<unknown>
  /** Done in the page before its picture is taken. */
  readonly act?: (page: Page, words: Words) => Promise<unknown>
}

const unfold = (title: (words: Words) => string) => (page: Page, words: Words) =>
  page.getByText(title(words), { exact: true }).click()

const press = (title: (words: Words) => string) => (page: Page, words: Words) =>
  page.getByRole('button', { name: title(words), exact: true }).click()

/** For a picture of a part below the fold. */
const under =
  (selector: string, act: NonNullable<Scene['act']> = async () => undefined) =>
  async (page: Page, words: Words) => {
    await act(page, words)
    await page.locator(selector).first().scrollIntoViewIfNeeded()
  }

/** Exports the list as a contract. */
async function takePact(page: Page, words: Words): Promise<void> {
  await press(({ exporting }) => exporting.open)(page, words)
  await press(({ exporting }) => exporting.names.pact)(page, words)
  await page.locator('.exported').waitFor()
}

/** Kinds of things without anything special: their list, and the first of them. */
const PLAIN_KINDS = [
  'transfer_receipts',
  'subsidies',
  'subsidy_returns',
  'event_addresses',
  'refunds',
  'users',
  'codes',
  'remembered',
]

/** The well-known merchant, who owns everything in the story. */
const OWNER = '1900000001'

const scenesOfThings: readonly Scene[] = PLAIN_KINDS.flatMap((view) => [
  { view, state: 'list', address: `/${view}` },
  { view, state: 'detail', address: `/${view}`, act: (page) => page.locator('.rows > li > a').first().click() },
])

/** Every state of every view, in an order in which each can follow the one before. */
export function scenesOf({ exchanges, callbacks }: Told): readonly Scene[] {
  return [
    { view: 'requests', state: 'first-visit', mock: 'fresh', address: '/exchanges' },
    { view: 'requests', state: 'list', address: '/exchanges' },
    { view: 'requests', state: 'nothing-matches', address: '/exchanges?text=nowhere-to-be-found' },
    { view: 'request', state: '200', address: `/exchanges/${exchanges.fine}` },
    {
      view: 'request',
      state: '200-checks',
      address: `/exchanges/${exchanges.fine}`,
      act: (page) => page.locator('.check > summary').click(),
    },
    { view: 'request', state: '400', address: `/exchanges/${exchanges.refused}` },
    { view: 'request', state: '401-proved', address: `/exchanges/${exchanges.proved}` },
    { view: 'request', state: '401-unknown', address: `/exchanges/${exchanges.unknown}` },
    {
      view: 'request',
      state: '401-pasted',
      address: `/exchanges/${exchanges.unknown}`,
      act: (page, words) => page.getByLabel(words.diagnosis.paste).fill('PUT\n/v3/elsewhere?of=another\n0\nnonce\n\n'),
    },
    { view: 'request', state: 'answer-lost', address: `/exchanges/${exchanges.lost}` },
    { view: 'request', state: 'callback', address: `/exchanges/${exchanges.callback}` },
    { view: 'request', state: 'large', address: `/exchanges/${exchanges.large}` },
    { view: 'request', state: 'shaped', address: `/exchanges/${exchanges.shaped}` },
    {
      view: 'request',
      state: 'shaped-answer',
      address: `/exchanges/${exchanges.shaped}`,
      act: press(({ answers }) => answers.open),
    },
    {
      view: 'request',
      state: 'unknown-path-answer',
      address: `/exchanges/${exchanges.nowhere}`,
      act: press(({ answers }) => answers.open),
    },
    { view: 'request', state: 'gone', address: '/exchanges/08NOTHERE' },
    {
      view: 'request',
      state: 'question',
      address: `/exchanges/${exchanges.proved}`,
      act: (page, words) => page.getByRole('button', { name: words.exchange.replay, exact: true }).click(),
    },
    {
      view: 'request',
      state: 'as-code',
      address: `/exchanges/${exchanges.fine}`,
      act: under(
        '.program-choices',
        unfold(({ asCode }) => asCode.title),
      ),
    },
    { view: 'send', state: 'usual', address: `/send/${exchanges.refused}` },
    { view: 'compare', state: 'usual', address: `/compare/${exchanges.fine}/${exchanges.refused}` },
    { view: 'stage', state: 'usual', address: '/stage' },
    { view: 'stage', state: 'none', mock: 'fresh', address: '/stage' },
    { view: 'search', state: 'views', address: '/clock', act: (page) => page.keyboard.press('Control+k') },
    {
      view: 'search',
      state: 'found',
      address: '/clock',
      act: async (page, words) => {
        await page.keyboard.press('Control+k')
        await page.getByRole('combobox', { name: words.search.title }).fill('MCH_102233445')
        await page.getByRole('dialog').getByRole('option').first().waitFor()
      },
    },
    { view: 'requests', state: 'guide', address: '/exchanges?start=open' },
    { view: 'requests', state: 'filtered', address: '/exchanges?outcome=4xx&text=associate&mchid=1900000001' },
    { view: 'requests', state: 'export', address: '/exchanges', act: press(({ exporting }) => exporting.open) },
    { view: 'requests', state: 'exported', address: '/exchanges', act: takePact },
    { view: 'requests', state: 'causes', address: '/exchanges?outcome=error' },
    {
      view: 'requests',
      state: 'held',
      address: '/exchanges',
      prepare: async (control) => {
        await control.planFault({ event: 'any', effect: 'hold' })
        await control.sendNotification({ id: callbacks.waiting })
      },
      act: (page) => page.locator('.held').waitFor(),
      restore: async (control) => {
        for (const { exchange } of await control.held()) await control.decideHeld(exchange.id, { decide: 'lose' })
      },
    },
    { view: 'requests', state: 'keys', address: '/exchanges', act: press(({ keys }) => keys.title) },
    { view: 'requests', state: 'clear', address: '/exchanges', act: press(({ exchanges }) => exchanges.clear) },
    {
      view: 'requests',
      state: 'played',
      mock: 'lone',
      address: '/exchanges',
      act: async (page, words) => {
        await press(({ start }) => start.play)(page, words)
        await page.locator('.hint').waitFor()
      },
    },
    { view: 'coupons', state: 'list', address: '/coupons' },
    {
      view: 'coupons',
      state: 'receive',
      address: '/coupons',
      act: (page) => page.locator('.list > details > summary').first().click(),
    },
    { view: 'coupons', state: 'detail', address: '/coupons/1900000001/100088/sxxe34343434' },
    { view: 'coupons', state: 'many-calls', address: '/coupons/1900000001/100088/COUPON_LINKED' },
    {
      view: 'coupons',
      state: 'earlier',
      address: '/coupons/1900000001/100088/COUPON_LINKED',
      act: under('.message > .actions'),
    },
    {
      view: 'coupons',
      state: 'diagram',
      address: '/coupons/1900000001/100088/sxxe34343434',
      act: under(
        '.story',
        press(({ life }) => life.asStory),
      ),
    },
    { view: 'coupons', state: 'empty', address: '/coupons?text=nowhere-to-be-found' },
    { view: 'batches', state: 'list', address: '/stocks' },
    { view: 'batches', state: 'detail', address: '/stocks/1900000001/777001' },
    { view: 'batches', state: 'with-codes', address: '/stocks/1900000001/777001', act: under('.state-counts') },
    {
      view: 'batches',
      state: 'hand-out',
      address: '/stocks/1900000001/100088',
      act: (page) => page.locator('.detail [aria-expanded]').first().click(),
    },
    { view: 'batches', state: 'its-coupons', address: '/coupons?of=stocks%2F1900000001%2F100088' },
    { view: 'orders', state: 'list', address: '/orders' },
    { view: 'orders', state: 'detail', address: '/orders/1900000001/SHOP_3_20261127' },
    {
      view: 'orders',
      state: 'refund',
      address: '/orders/1900000001/SHOP_1_20261127',
      act: (page) => page.locator('.detail [aria-expanded]').first().click(),
    },
    {
      view: 'orders',
      state: 'diagram',
      address: '/orders/1900000001/SHOP_3_20261127',
      act: under(
        '.story',
        press(({ life }) => life.asStory),
      ),
    },
    ...scenesOfThings,
    { view: 'transfers', state: 'list', address: '/transfers' },
    {
      view: 'transfers',
      state: 'make',
      address: '/transfers',
      act: (page) => page.locator('.list > details > summary').first().click(),
    },
    { view: 'transfers', state: 'waiting', address: `/transfers/${OWNER}/PAYOUT20261127D` },
    {
      view: 'transfers',
      state: 'fail',
      address: `/transfers/${OWNER}/PAYOUT20261127D`,
      act: (page) => page.locator('.detail [aria-expanded]').first().click(),
    },
    { view: 'transfers', state: 'arrived', address: `/transfers/${OWNER}/PAYOUT20261127A` },
    { view: 'transfers', state: 'failed', address: `/transfers/${OWNER}/PAYOUT20261127B` },
    { view: 'transfers', state: 'cancelled', address: `/transfers/${OWNER}/PAYOUT20261127C` },
    { view: 'transfers', state: 'unasked', address: `/transfers/${OWNER}/PAYOUT20261127F` },
    {
      view: 'transfers',
      state: 'history',
      address: `/transfers/${OWNER}/PAYOUT20261127A`,
      act: under('.timeline'),
    },
    {
      view: 'transfers',
      state: 'diagram',
      address: `/transfers/${OWNER}/PAYOUT20261127A`,
      act: under(
        '.story',
        press(({ life }) => life.asStory),
      ),
    },
    { view: 'authorizations', state: 'list', address: '/transfer_authorizations' },
    { view: 'authorizations', state: 'in-effect', address: `/transfer_authorizations/${OWNER}/LEAVE1` },
    { view: 'authorizations', state: 'waiting', address: `/transfer_authorizations/${OWNER}/LEAVE2` },
    { view: 'accounts', state: 'list', address: '/transfer_accounts' },
    { view: 'accounts', state: 'detail', address: `/transfer_accounts/${OWNER}` },
    {
      view: 'accounts',
      state: 'scene',
      address: `/transfer_accounts/${OWNER}`,
      act: (page) => page.locator('.detail [aria-expanded]').nth(2).click(),
    },
    { view: 'accounts', state: 'none', mock: 'fresh', address: '/transfer_accounts' },
    {
      view: 'users',
      state: 'make',
      address: '/users',
      act: (page) => page.locator('.list > details > summary').first().click(),
    },
    { view: 'cards', state: 'list', mock: 'own', address: '/cards' },
    {
      view: 'cards',
      state: 'make',
      mock: 'own',
      address: '/cards',
      act: (page) => page.locator('.list > details > summary').first().click(),
    },
    {
      view: 'cards',
      state: 'set',
      mock: 'own',
      address: '/cards/1900000001/CARD_1',
      act: (page) => page.locator('.detail [aria-expanded]').first().click(),
    },
    ...scenesOfTransferPage,
    { view: 'callbacks', state: 'list', address: '/callbacks' },
    { view: 'callbacks', state: 'empty', mock: 'fresh', address: '/callbacks' },
    { view: 'callbacks', state: 'send', address: '/callbacks', act: unfold((words) => words.callbacks.send) },
    {
      view: 'callbacks',
      state: 'event',
      address: '/callbacks',
      act: async (page, words) => {
        await unfold(({ callbacks }) => callbacks.send)(page, words)
        await page.getByRole('combobox', { name: words.callbacks.event }).fill('SUCCESS')
      },
    },
    { view: 'callbacks', state: 'delivered', address: `/callbacks/${callbacks.delivered}` },
    { view: 'callbacks', state: 'waiting', address: `/callbacks/${callbacks.waiting}` },
    { view: 'callbacks', state: 'gave-up', address: `/callbacks/${callbacks.gaveUp}` },
    {
      view: 'callbacks',
      state: 'program',
      address: `/callbacks/${callbacks.delivered}`,
      act: under(
        '.program-choices',
        unfold(({ asCode }) => asCode.title),
      ),
    },
    { view: 'faults', state: 'none', mock: 'fresh', address: '/faults' },
    { view: 'faults', state: 'spent', address: '/faults' },
    {
      view: 'faults',
      state: 'active',
      address: '/faults',
      prepare: async (control) => {
        await control.planFault({ effect: 'delay', delay_ms: { median: 200, p99: 3_000 } })
        await control.planFault({
          operation: 'useCoupon',
          error: 'system_error',
          times: 1_000_000,
          mchid: '1900000109',
        })
        await control.planFault({ event: 'COUPON.SEND', effect: 'late', late_by: 'PT1H' })
      },
    },
    {
      view: 'faults',
      state: 'advanced',
      address: '/faults?operation=associateTradeInfo&mchid=1900000001',
      act: unfold((words) => words.faults.advanced),
      restore: (control) => control.clearFaults(),
    },
    { view: 'faults', state: 'errors', address: '/faults?operation=useCoupon' },
    {
      view: 'faults',
      state: 'answers',
      address: '/faults',
      prepare: async (control) => {
        const match = { out_order_no: 'HOTEL_20261127' }
        await control.answer('GET /v3/payscore/serviceorder', { state: 'DONE' }, { match, times: 3 })
        await control.planAnswer({ operation: 'POST /v3/not/there/yet', status: 202, body: { done: true } })
      },
      restore: (control) => control.clearAnswers(),
    },
    {
      view: 'faults',
      state: 'call',
      address: '/faults',
      act: (page) => page.locator('.sentence').getByRole('combobox').first().fill('serviceorder'),
    },
    { view: 'clock', state: 'usual', address: '/clock' },
    {
      view: 'clock',
      state: 'moved',
      address: '/clock',
      prepare: (control) => control.advance('P31DT5H30M'),
    },
    { view: 'requests', state: 'clock-moved', address: '/exchanges' },
    {
      view: 'clock',
      state: 'frozen',
      address: '/clock',
      prepare: (control) => control.setClock({ frozen: true }),
      restore: (control) => control.setClock({ now: 'machine', frozen: false }),
    },
    {
      view: 'clock',
      state: 'refused',
      address: '/clock',
      act: async (page, words) => {
        await page.getByLabel(words.clock.moveBy).fill('P1M')
        await page.getByRole('button', { name: words.clock.move, exact: true }).click()
        await page.locator('.notice.failed').waitFor()
      },
    },
    { view: 'merchants', state: 'list', address: '/merchants' },
    { view: 'merchants', state: 'new', address: '/merchants', act: unfold((words) => words.merchants.fresh) },
    { view: 'merchants', state: 'detail', address: '/merchants/1900000001?format=node' },
    {
      view: 'merchants',
      state: 'refused',
      address: '/merchants/1900000109',
      prepare: (control) =>
        control.changeMerchant('1900000109', { certificate_state: 'revoked', api_v3_key_set: false }),
    },
    { view: 'data', state: 'usual', address: '/seed' },
    {
      view: 'data',
      state: 'snapshots',
      address: '/seed',
      act: async (page, words) => {
        await page.getByRole('button', { name: words.seed.take }).click()
        await page.locator('.snapshots > li').waitFor()
      },
    },
    {
      view: 'data',
      state: 'question',
      address: '/seed',
      act: (page, words) => page.getByRole('button', { name: words.seed.reset }).click(),
    },
    {
      view: 'data',
      state: 'refused',
      address: '/seed',
      act: async (page, words) => {
        const file = {
          name: 'world.json',
          mimeType: 'application/json',
          buffer: Buffer.from('{"coupons":[{"coupon_code":7}]}'),
        }
        await page.locator('input[type=file]').setInputFiles(file)
        await page.getByRole('dialog').getByRole('button', { name: words.seed.load }).click()
        await page.locator('.refused').waitFor()
      },
    },
    { view: 'settings', state: 'usual', address: '/settings' },
    {
      view: 'settings',
      state: 'changed',
      address: '/settings',
      prepare: (control) => control.changeSettings({ rate_limit: 'on', time_expire_max: 30 }),
    },
    {
      view: 'settings',
      state: 'many-changed',
      address: '/settings',
      prepare: (control) => control.changeSettings({ auth: 'lenient' }),
      restore: async (control) => {
        const definitions = await control.settingDefinitions()
        await control.changeSettings(Object.fromEntries(definitions.map((one) => [one.name, one.default])))
      },
    },
    { view: 'page', state: 'connection-lost', mock: 'leaving', address: '/clock' },
    { view: 'page', state: 'token', mock: 'guarded', address: '/exchanges' },
    {
      view: 'page',
      state: 'token-wrong',
      mock: 'guarded',
      address: '/exchanges',
      act: async (page, words) => {
        await page.locator('dialog input').fill('wrong')
        await page.getByRole('button', { name: words.token.open }).click()
        await page.locator('dialog .wrong').waitFor()
      },
    },
  ]
}
