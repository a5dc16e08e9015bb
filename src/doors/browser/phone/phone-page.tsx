import { type ComponentChildren, render } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { UsageError } from '../../../wire/protocol/errors.ts'
import { apart } from '../../../wire/shared/texts.ts'
import { token } from '../kept.ts'
import { type Ending, leave, wouldEnd } from './client.ts'
import { Actions, asSentence, Sentence, Sign, SmallPrint, shortText } from './parts.tsx'
import { language, words } from './words.ts'
import '../base.css'
import './page.css'

/** The control of a page over itself, as far as it asks the user. */
export interface Asking<Choice> {
  /** Why the last try went wrong. */
  readonly trouble: string | undefined
  readonly isBusy: boolean
  onChoose(choice: Choice): void
  onLeave(): void
}

/** A page that stands for one on the user's phone: it asks the user something, and tells whoever opened it how that ended. */
interface PhonePage<Shown, Choice> {
  readonly title: string
  /** The parameters of its address. */
  readonly opened: Readonly<Record<string, string>>
  /** The texts that a user reads if the page does not open; the first one is the usual. */
  readonly errors: readonly [string, ...string[]]
  /** Opens it. @throws UsageError if that is refused */
  ask(): Promise<Shown>
  /** Does what the user has chosen. @throws UsageError if that is refused; any other error leaves the choice to the user */
  choose(shown: Shown, choice: Choice): Promise<Shown>
  drawAsked(shown: Shown, asking: Asking<Choice>): ComponentChildren
  drawEnded(shown: Shown, onLeave: () => void): ComponentChildren
  /** Texts that the program is called back with; `''` for a page that no program has opened. */
  readonly endings: Readonly<Record<'ok' | 'cancel' | 'fail', string>>
  /** Whether the user goes on choosing after {@link choose}. Default: that ends it. */
  readonly goesOn?: boolean
  /** Goes on after the page was left in a window that no script has opened. Default: it says how it ended. */
  goOn?(): void
}

/** Where the page is between being opened and being left. */
type Stage<Shown> =
  | { readonly is: 'loading' }
  | { readonly is: 'token_wanted'; readonly isWrong: boolean }
  | { readonly is: 'unreachable'; readonly why: string }
  | { readonly is: 'refused'; readonly shown: string; readonly why: string }
  | { readonly is: 'asked'; readonly page: Shown; readonly trouble?: string }
  | { readonly is: 'ended'; readonly page: Shown }
  | { readonly is: 'left'; readonly ending: Ending }

export function showPage<Shown, Choice>(page: PhonePage<Shown, Choice>): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  document.title = `${page.title} · wechatpay-mock`
  const place = document.getElementById('page')
  if (!place) throw new Error('The document has no place for the page.')
  render(<Page page={page} />, place)
}

/** Whether it stands within the dashboard. */
const isFramed = window.top !== window

function Page<Shown, Choice>({ page }: { readonly page: PhonePage<Shown, Choice> }) {
  const [stage, go] = useState<Stage<Shown>>({ is: 'loading' })
  const [isBusy, setBusy] = useState(false)
  // A second click comes before the button is drawn anew.
  const busy = useRef(false)
  const main = useRef<HTMLElement>(null)
  const { errors, opened } = page

  const open = async () => {
    go({ is: 'loading' })
    try {
      go({ is: 'asked', page: await page.ask() })
    } catch (error) {
      go(stageAfter(error, errors) ?? { is: 'unreachable', why: messageOf(error, errors) })
    }
  }
  useEffect(() => void open(), [])
  useLayoutEffect(() => {
    if (stage.is !== 'left') wouldEnd(endingAt(stage, page.endings))
    // A frame takes the focus from the page around it only once somebody has turned to it.
    if (stage.is !== 'loading' && (!isFramed || document.hasFocus())) main.current?.focus()
  }, [stage.is])

  const choose = async (shown: Shown, choice: Choice) => {
    if (busy.current) return
    busy.current = true
    setBusy(true)
    try {
      go({ is: page.goesOn ? 'asked' : 'ended', page: await page.choose(shown, choice) })
    } catch (error) {
      // Something that the mock refuses now was right when the page was opened.
      go(stageAfter(error, errors) ?? { is: 'asked', page: shown, trouble: messageOf(error, errors) })
    }
    busy.current = false
    setBusy(false)
  }
  const onLeave = () => {
    const ending = endingAt(stage, page.endings)
    leave()
    if (window.opener || isFramed || !page.goOn) go({ is: 'left', ending })
    else page.goOn()
  }

  return (
    <main ref={main} tabIndex={-1} aria-busy={stage.is === 'loading'}>
      {draw()}
    </main>
  )

  function draw() {
    switch (stage.is) {
      case 'loading':
        return <p class="loading">{words.loading}</p>
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
        return <Refused {...stage} opened={opened} onLeave={onLeave} />
      case 'asked':
        return page.drawAsked(stage.page, {
          trouble: stage.trouble,
          isBusy,
          onChoose: (choice) => void choose(stage.page, choice),
          onLeave,
        })
      case 'ended':
        return page.drawEnded(stage.page, onLeave)
      case 'left':
        return <Left {...stage.ending} />
    }
  }
}

/** How the page ends if it is left at a stage. */
function endingAt<Shown>(stage: Stage<Shown>, { ok, cancel, fail }: PhonePage<Shown, never>['endings']): Ending {
  if (stage.is === 'refused') return { err_msg: fail, err_desc: stage.shown }
  return { err_msg: stage.is === 'ended' ? ok : cancel }
}

/** Where a refusal leads; `undefined` for an error that may be gone the next time. */
function stageAfter(error: unknown, errors: readonly [string, ...string[]]): Stage<never> | undefined {
  if (!(error instanceof UsageError) || error.code === 'MOCK_UNREACHABLE') return undefined
  if (error.code === 'MOCK_TOKEN') return { is: 'token_wanted', isWrong: token.value !== '' }
  return { is: 'refused', shown: apart(error.texts[language], errors).shown, why: messageOf(error, errors) }
}

function messageOf(error: unknown, errors: readonly [string, ...string[]]): string {
  if (error instanceof UsageError) return asSentence(apart(error.texts[language], errors).why)
  return error instanceof Error ? error.message : String(error)
}

interface RefusedProps {
  readonly shown: string
  readonly why: string
  readonly opened: Readonly<Record<string, string>>
  onLeave(): void
}

/** The page does not open: what the user sees, and what the mock knows of it. */
function Refused({ shown, why, opened, onLeave }: RefusedProps) {
  return (
    <>
      <Sign kind="warn">
        <h1 class="told" lang="zh-CN">
          {shown}
        </h1>
      </Sign>
      <Actions name={words.back} onAct={onLeave} />
      <section class="mock why">
        <h2>{words.what}</h2>
        <p>
          <Sentence text={why} />
        </p>
        <h3>{words.openedWith}</h3>
        <dl>
          {Object.entries(opened).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{inShort(value)}</dd>
            </div>
          ))}
        </dl>
      </section>
      <SmallPrint />
    </>
  )
}

function inShort(text: string): string {
  if (text === '') return words.left
  return text.length > 40 ? `${shortText(text.slice(0, 14))}…${words.characters(text.length)}` : shortText(text)
}

function Left({ err_msg }: Ending) {
  return (
    <>
      <div class="sign">
        <h1>{words.ended}</h1>
      </div>
      <Actions name={words.openAgain} onAct={() => location.reload()} />
      {err_msg !== '' && (
        <section class="mock why">
          <h2>{words.calledBack}</h2>
          <p>
            <code>{err_msg}</code>
          </p>
          <p>{words.stays}</p>
        </section>
      )}
      <SmallPrint />
    </>
  )
}

function Unreachable({ why, onAgain }: { readonly why: string; onAgain(): void }) {
  return (
    <>
      <Sign kind="bad">
        <h1>{words.unreachable}</h1>
        <p class="told">{shortText(why)}</p>
      </Sign>
      <Actions name={words.again} onAct={onAgain} />
      <SmallPrint />
    </>
  )
}

/** Asks for the control token. */
function TokenWanted({ isWrong, onToken }: { readonly isWrong: boolean; onToken(token: string): void }) {
  const [value, setValue] = useState('')
  return (
    <form
      class="token"
      onSubmit={(event) => {
        event.preventDefault()
        onToken(value)
      }}
    >
      <h1>wechatpay-mock</h1>
      <p>{words.tokenWhy}</p>
      <label>
        {words.token}
        <input
          type="password"
          autocomplete="off"
          required
          value={value}
          onInput={({ currentTarget }) => setValue(currentTarget.value)}
        />
      </label>
      {isWrong && <p class="wrong">{words.tokenWrong}</p>}
      <button type="submit" class="go">
        {words.open}
      </button>
    </form>
  )
}
