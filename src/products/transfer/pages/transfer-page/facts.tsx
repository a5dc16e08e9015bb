import type { ComponentChildren } from 'preact'
import { readableInShort } from '../../../../../dashboard/times.ts'
import type { OpenedPage } from '../../confirm-page-calls.ts'
import { shortText } from './texts.tsx'
import { words } from './words.ts'

/** What else is said of a transfer, or of an authorization. */
export function Facts({ page: { scene, open_until, transfer, authorization } }: { readonly page: OpenedPage }) {
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
