import { useState } from 'preact/hooks'
import { Amount, OutcomeChoice, Row, SmallPrint, shortText } from '../../../../doors/browser/phone/parts.tsx'
import type { Asking } from '../../../../doors/browser/phone/phone-page.tsx'
import { words as commonWords, language } from '../../../../doors/browser/phone/words.ts'
import { readableInShort } from '../../../../wire/shared/texts.ts'
import type { OpenedPage } from '../../control-calls.ts'
import { FAIL_REASON_MEANINGS, FAIL_REASONS, type FailReason } from '../../meanings.ts'
import { words } from './words.ts'

/** The user's decision, and its outcome if somebody has chosen one. */
export interface Choice {
  readonly authorize: boolean
  readonly outcome?: Outcome
}

type Outcome = 'SUCCESS' | FailReason

// One entry for each outcome.
const OUTCOMES = Object.fromEntries([
  ['SUCCESS', `SUCCESS · ${words.success}`],
  ...FAIL_REASONS.map((reason) => [reason, `${reason} · ${FAIL_REASON_MEANINGS[reason][language]}`]),
]) as Readonly<Record<Outcome, string>>

/** Asks the user: for a transfer, or for an authorization by itself. */
export function Asked({ page, trouble, isBusy, onChoose, onLeave }: { readonly page: OpenedPage } & Asking<Choice>) {
  const [authorize, setAuthorize] = useState(true)
  const [outcome, setOutcome] = useState<Outcome>()
  const { transfer } = page
  const wanted = transfer?.authorization
  const isPacket = transfer?.user_recv_style === 'RED_PACKET'
  return (
    <>
      <div class={isPacket ? 'sheet packet' : 'sheet'}>
        <Head page={page} isPacket={isPacket} />
        <Facts page={page} />
      </div>
      {wanted && (
        <label class="tick">
          <input
            type="checkbox"
            checked={authorize}
            onInput={({ currentTarget }) => setAuthorize(currentTarget.checked)}
          />
          <span>{words.asksMore(shortText(wanted.user_display_name))}</span>
        </label>
      )}
      {transfer?.state === 'TRANSFERING' && <p class="notice">{words.confirmedBefore}</p>}
      {trouble !== undefined && (
        <p class="wrong" role="alert">
          {shortText(trouble)}
        </p>
      )}
      <div class="actions">
        <button
          type="button"
          class={isPacket ? 'go open-packet' : 'go'}
          aria-disabled={isBusy}
          onClick={() => onChoose({ authorize, ...(outcome && { outcome }) })}
        >
          {isBusy ? commonWords.busy : nameOfConfirm(page, isPacket)}
        </button>
        <button type="button" class="plain" onClick={onLeave}>
          {transfer ? words.notNow : words.notAgreeing}
        </button>
      </div>
      <SmallPrint about={aboutPage(page)}>
        {transfer && (
          <OutcomeChoice
            title={words.outcome}
            usual={words.byItself}
            outcomes={OUTCOMES}
            chosen={outcome}
            onChoose={setOutcome}
          />
        )}
      </SmallPrint>
    </>
  )
}

function Head({ page, isPacket }: { readonly page: OpenedPage; readonly isPacket: boolean }) {
  const { merchant, scene, transfer } = page
  const name = shortText(merchant.name ?? merchant.mchid)
  if (!transfer) {
    return (
      <div class="head">
        <p class="from">{name}</p>
        <p>{words.asks}</p>
        <h1>{words.authorization}</h1>
        <p class="agreement">{words.agreement(scene)}</p>
      </div>
    )
  }
  return (
    <div class="head">
      <p class="from">{name}</p>
      <p>{isPacket ? words.hasPacket : words.transfers}</p>
      <h1>
        <Amount fen={transfer.transfer_amount} />
      </h1>
      <p class="perception" lang="zh-CN">
        {shortText(transfer.user_recv_perception)}
      </p>
    </div>
  )
}

function nameOfConfirm({ transfer, authorization }: OpenedPage, isPacket: boolean): string {
  if (authorization) return words.agree
  if (transfer?.state === 'TRANSFERING') return words.complete
  return isPacket ? words.openPacket : words.receive
}

/** More facts of a transfer or an authorization. */
function Facts({ page: { scene, open_until, transfer, authorization } }: { readonly page: OpenedPage }) {
  return (
    <dl class="facts">
      <Row name={words.scene} lang="zh-CN">
        {scene}
      </Row>
      {transfer && (
        <>
          <Row name={words.remark}>{shortText(transfer.transfer_remark)}</Row>
          {transfer.transfer_scene_report_infos.map(({ info_type, info_content }) => (
            <Row key={info_type} name={<span lang="zh-CN">{shortText(info_type)}</span>}>
              {shortText(info_content)}
            </Row>
          ))}
        </>
      )}
      {authorization && <Row name={words.name}>{shortText(authorization.user_display_name)}</Row>}
      <Row name={words.payee}>
        <span class="code">{shortText((transfer ?? authorization)?.openid ?? '')}</span>
      </Row>
      <Row name={words.number}>
        <span class="code">{transfer?.out_bill_no ?? authorization?.out_authorization_no}</span>
      </Row>
      {open_until !== undefined && <Row name={words.until}>{readableInShort(open_until)}</Row>}
    </dl>
  )
}

/** The small print about a page. */
export function aboutPage({ now, merchant, transfer, authorization }: OpenedPage) {
  return transfer
    ? { now, thing: 'transfers', name: [merchant.mchid, transfer.out_bill_no] }
    : { now, thing: 'transfer_authorizations', name: [merchant.mchid, authorization?.out_authorization_no ?? ''] }
}
