import { useState } from 'preact/hooks'
import type { OpenedPage } from '../../confirm-page-calls.ts'
import { FAIL_REASON_MEANINGS, FAIL_REASONS, type FailReason } from '../../meanings.ts'
import { Facts } from './facts.tsx'
import { SmallPrint } from './small-print.tsx'
import { Amount, shortText } from './texts.tsx'
import { language, words } from './words.ts'

/** How the user decides, and how that ends if somebody has said so. */
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
