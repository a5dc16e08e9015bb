import type { SavedView } from '../../src/control/calls/saved-view.ts'
import type { Send } from '../../src/control/client/connection.ts'
import { savedKey } from '../../src/control/page/saved-key.ts'
import { language, texts } from './appearance.ts'

const carried = document.getElementById('saved')

/** The view that the page carries, if it was saved as a file: it then asks no mock. */
export const saved: SavedView | undefined = carried ? JSON.parse(carried.textContent) : undefined

if (saved) {
  document.documentElement.classList.add('saved')
  if (location.hash === '') location.replace(`#/${saved.view}`)
}

/** The address of the mock: one that leads nowhere, for a view that was saved. */
export const ORIGIN = saved ? 'http://saved.invalid' : location.origin

/** Answers calls from what a view was saved with. */
export function answerFrom({ answers }: SavedView): Send {
  return ({ method, url }) => {
    const { pathname, searchParams } = new URL(url)
    const [en, zh] = (method === 'GET' && answers[savedKey(pathname.replace('/_mock', ''), searchParams)]) || []
    if (en !== undefined) return Response.json(language.value === 'zh' ? (zh ?? en) : en)
    const words = texts.value.saved
    const message = method === 'GET' ? words.lacks : words.readOnly
    return Response.json({ code: 'MOCK_SAVED_VIEW', message, path: '' }, { status: 404 })
  }
}
