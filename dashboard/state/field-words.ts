import { texts } from './appearance.ts'

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

function isField(target: EventTarget | null): target is Field {
  return (
    target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement
  )
}

/** Makes the browser report invalid fields in the page's language, rather than its own. */
export function wordFields(): void {
  addEventListener('invalid', ({ target }) => isField(target) && target.setCustomValidity(wrongWith(target)), true)
  // Before a form is validated again, since other fields affect what is valid.
  addEventListener(
    'click',
    ({ target }) => {
      const button = target instanceof Element ? target.closest('button') : null
      if (button?.type !== 'submit') return
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
