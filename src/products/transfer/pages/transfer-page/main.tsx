import { render } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { token } from '../../../../browser/kept.ts'
import { UsageError } from '../../../../protocol/errors.ts'
import { ERR_MSG, PAGE_ERRORS, splitPageError } from '../../confirm-page.ts'
import type { OpenedPage } from '../../confirm-page-calls.ts'
import { Asked, type Choice } from './asked.tsx'
import { client, type ErrMsg, given, leave, missing, opened, wouldEnd } from './client.ts'
import { asSentence, Ended, Left, Loading, Refused, TokenWanted, Unreachable } from './stages.tsx'
import { language, words } from './words.ts'
import '../../../../browser/base.css'
import './page.css'

/** Where the page is between being opened and being left. */
type Stage =
  | { readonly is: 'loading' }
  | { readonly is: 'token_wanted'; readonly isWrong: boolean }
  | { readonly is: 'unreachable'; readonly why: string }
  | { readonly is: 'refused'; readonly shown: string; readonly why: string }
  | { readonly is: 'asked'; readonly page: OpenedPage; readonly trouble?: string }
  | { readonly is: 'ended'; readonly page: OpenedPage }
  | { readonly is: 'left'; readonly errMsg: ErrMsg }

/** The errMsg that the program is called back with if the page is left at a stage. */
const ENDING: Partial<Record<Stage['is'], ErrMsg>> = { refused: ERR_MSG.fail, ended: ERR_MSG.ok }

/** Stands for WeChat's page on which a user confirms a transfer. */
function ConfirmPage() {
  const [stage, go] = useState<Stage>({ is: 'loading' })
  const [isBusy, setBusy] = useState(false)
  // A second click comes before the button is drawn anew.
  const busy = useRef(false)
  const main = useRef<HTMLElement>(null)

  const open = async () => {
    go({ is: 'loading' })
    go(await ask())
  }
  useEffect(() => void open(), [])
  useLayoutEffect(() => {
    if (stage.is !== 'left') wouldEnd(ENDING[stage.is] ?? ERR_MSG.cancel)
    if (stage.is !== 'loading') main.current?.focus()
  }, [stage.is])

  const choose = async (page: OpenedPage, choice: Choice) => {
    if (busy.current) return
    busy.current = true
    setBusy(true)
    go(await confirm(page, choice))
    busy.current = false
    setBusy(false)
  }
  const leavePage = () => go({ is: 'left', errMsg: leave() })

  return (
    <main ref={main} tabIndex={-1} aria-busy={stage.is === 'loading'}>
      {draw()}
    </main>
  )

  function draw() {
    switch (stage.is) {
      case 'loading':
        return <Loading />
      case 'token_wanted':
        return (
          <TokenWanted
            isWrong={stage.isWrong}
            onToken={(text) => {
              token.value = text
              void open()
            }}
          />
        )
      case 'unreachable':
        return <Unreachable why={stage.why} onAgain={() => void open()} />
      case 'refused':
        return <Refused shown={stage.shown} why={stage.why} onLeave={leavePage} />
      case 'asked':
        return (
          <Asked
            page={stage.page}
            trouble={stage.trouble}
            isBusy={isBusy}
            onConfirm={(choice) => void choose(stage.page, choice)}
            onLeave={leavePage}
          />
        )
      case 'ended':
        return <Ended page={stage.page} onLeave={leavePage} />
      case 'left':
        return <Left errMsg={stage.errMsg} />
    }
  }
}

/** Opens the page with what its address says. */
async function ask(): Promise<Stage> {
  if (missing.length > 0) return { is: 'refused', shown: PAGE_ERRORS.package_info, why: words.missing(missing) }
  try {
    return { is: 'asked', page: await client().openTransferPage({ mchid: opened.mchId, ...given }) }
  } catch (error) {
    return stageAfter(error) ?? { is: 'unreachable', why: messageOf(error) }
  }
}

/** Confirms what is shown. What the mock refuses now was right when the page was opened. */
async function confirm(page: OpenedPage, { outcome, authorize }: Choice): Promise<Stage> {
  const { merchant, transfer, authorization } = page
  const of = { mchid: merchant.mchid }
  try {
    if (authorization) {
      const agreed = await client().confirmTransferAuthorization(authorization.out_authorization_no, given, of)
      return { is: 'ended', page: { ...page, authorization: agreed } }
    }
    const number = transfer?.out_bill_no ?? ''
    const done = await client().confirmTransfer(number, { ...given, authorize, ...(outcome && { outcome }) }, of)
    return { is: 'ended', page: { ...page, transfer: done.transfer } }
  } catch (error) {
    return stageAfter(error) ?? { is: 'asked', page, trouble: messageOf(error) }
  }
}

/** Where a refusal leads; `undefined` for an error that may be gone the next time. */
function stageAfter(error: unknown): Stage | undefined {
  if (!(error instanceof UsageError) || error.code === 'MOCK_UNREACHABLE') return undefined
  if (error.code === 'MOCK_TOKEN') return { is: 'token_wanted', isWrong: token.value !== '' }
  return { is: 'refused', shown: splitPageError(error.texts[language]).shown, why: messageOf(error) }
}

function messageOf(error: unknown): string {
  if (error instanceof UsageError) return asSentence(splitPageError(error.texts[language]).why)
  return error instanceof Error ? error.message : String(error)
}

const page = document.getElementById('page')
if (!page) throw new Error('The document has no place for the page.')
render(<ConfirmPage />, page)
