import '../src/doors/browser/base.css'
import './styles/layout.css'
import './styles/life.css'
import './styles/parts.css'
import './styles/rows.css'
import './styles/live-list.css'
import './styles/first-visit.css'
import './styles/loading.css'
import './styles/answer.css'
import './styles/callbacks-and-faults.css'
import './styles/merchants-and-seed.css'
import './styles/export-and-tries.css'
import './styles/stocks-and-settings.css'
import './styles/things.css'
import './styles/search-choice.css'
import './styles/stage.css'
import './styles/saved.css'
import './styles/touch.css'
import { render } from 'preact'
import { showOnRequest } from '../src/doors/browser/dashboard-tab.ts'
import { App } from './app.tsx'
import { texts } from './state/appearance.ts'
import { listen, resync } from './state/connection.ts'
import { route } from './state/route.ts'
import { saved } from './state/saved.ts'

const page = document.getElementById('page')
if (!page) throw new Error('The page has no place for the dashboard.')
render(<App />, page)
wordFields()
if (saved) resync()
else {
  listen()
  showOnRequest(() => route.peek().view !== 'stage')
}

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

function isField(target: EventTarget | null): target is Field {
  return (
    target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement
  )
}

/** Makes the browser report invalid fields in the page's language, rather than its own. */
function wordFields(): void {
  addEventListener('invalid', ({ target }) => isField(target) && target.setCustomValidity(wrongWith(target)), true)
  // Before a form is validated again, since other fields affect what is valid.
  addEventListener(
    'click',
    (event) => {
      const button = event.target instanceof Element ? event.target.closest('button') : null
      if (button?.type !== 'submit') return
      // A double click sends a form once.
      if (event.detail > 1) event.preventDefault()
      for (const element of button.form?.elements ?? []) if (isField(element)) element.setCustomValidity('')
    },
    true,
  )
}

function wrongWith(field: Field): string {
  const words = texts.value.fields
  const { valueMissing, badInput, typeMismatch, rangeUnderflow, rangeOverflow, stepMismatch } = field.validity
  const { min, max } = field instanceof HTMLInputElement ? field : { min: '', max: '' }
  if (valueMissing) return words.missing
  if (badInput || stepMismatch) return words.notANumber
  if (typeMismatch) return words.notAnAddress
  if (rangeUnderflow || rangeOverflow) return words.outOfRange(min, max)
  return words.unfit
}
