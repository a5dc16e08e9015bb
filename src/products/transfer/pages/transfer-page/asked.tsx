import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { readableInShort } from '../../../../browser/texts.ts'
import type { OpenedPage } from '../../confirm-page-calls.ts'
import { FAIL_REASON_MEANINGS, FAIL_REASONS, type FailReason } from '../../meanings.ts'
import { Amount, SmallPrint, shortText } from './stages.tsx'
import { language, words } from './words.ts'

/** The user's decision, and its outcome if somebody has chosen one. */
export interface Choice {
  readonly authorize: boolean
  readonly outcome?: Outcome
}

type Outcome = 'SUCCESS' | FailReason

const OUTCOMES: readonly Outcome[] = ['SUCCESS', ...FAIL_REASONS]

interface AskedProps {
  readonly page: OpenedPage
  /** Why the last try went wrong. */
  readonly trouble: string | undefined
  readonly isBusy: boolean
  onConfirm(choice: Choice): void
  onLeave(): void
}

/** Asks the user: for a transfer, or for an authorization by itself. */
export function Asked({ page, trouble, isBusy, onConfirm, onLeave }: AskedProps) {
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
          onClick={() => onConfirm({ authorize, ...(outcome && { outcome }) })}
        >
          {isBusy ? words.busy : nameOfConfirm(page, isPacket)}
        </button>
        <button type="button" class="plain" onClick={onLeave}>
          {transfer ? words.notNow : words.notAgreeing}
        </button>
      </div>
      <SmallPrint page={page}>
        {transfer && (
          <label class="outcome">
            {words.outcome}
            <select
              value={outcome ?? ''}
              onChange={({ currentTarget }) => setOutcome(OUTCOMES.find((one) => one === currentTarget.value))}
            >
              <option value="">{words.byItself}</option>
              {OUTCOMES.map((one) => (
                <option key={one} value={one}>
                  {one} · {one === 'SUCCESS' ? words.success : FAIL_REASON_MEANINGS[one][language]}
                </option>
              ))}
            </select>
          </label>
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

interface RowProps {
  readonly name: ComponentChildren
  readonly lang?: string
  readonly children: ComponentChildren
}

function Row({ name, lang, children }: RowProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd lang={lang}>{children}</dd>
    </div>
  )
}
