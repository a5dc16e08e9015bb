import type { Language } from '../texts.ts'
import {
  type Comparison,
  type ContractInWords,
  type InteractionInWords,
  inReadingOrder,
  texts,
} from './contract-words.ts'
import { evidenceLine, evidenceText, texts as reportTexts } from './text-report.ts'

/** Contracts as one page that needs nothing besides itself: no script, no font, no picture. */
export function contractsAsHtml(contracts: readonly ContractInWords[], language: Language): string {
  const title = contracts.map((contract) => partiesOf(contract, language)).join(', ')
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
<main>
${contracts.map((contract, i) => contractAsHtml(contract, `c${i + 1}`, language)).join('\n')}
</main>
</html>
`
}

function partiesOf({ consumer, provider }: ContractInWords, language: Language): string {
  return texts[language].parties(consumer, provider)
}

function contractAsHtml(contract: ContractInWords, id: string, language: Language): string {
  const own = texts[language]
  const interactions = inReadingOrder(contract.interactions)
  const counts = evidenceLine(
    interactions.map(({ evidence }) => evidence),
    language,
  )
  const kinds = [...Map.groupBy(interactions, ({ kind }) => kind)]
  const idOf = (one: InteractionInWords) => `${id}-${interactions.indexOf(one) + 1}`
  return `<header>
<h1>${escaped(partiesOf(contract, language))}</h1>
<p class="quiet">${escaped([own.size(interactions.length), ...counts].join(' · '))}<br><code>${escaped(contract.pact)}</code></p>
</header>
<nav aria-label="${escaped(partiesOf(contract, language))}"><ol>
${interactions.map((one) => `<li><a href="#${idOf(one)}">${escaped(one.description)}</a> ${badge(one, language)}</li>`).join('\n')}
</ol></nav>
${kinds
  .map(
    ([kind, some]) => `<section>
<h2>${escaped(own.sections[kind])}</h2>
${some.map((one) => interactionAsHtml(one, idOf(one), language)).join('\n')}
</section>`,
  )
  .join('\n')}`
}

function interactionAsHtml(one: InteractionInWords, id: string, language: Language): string {
  const own = texts[language]
  const { description, given, call, asks, status, gets, evidence } = one
  const row = (name: string, content: string) => (content === '' ? '' : `<dt>${escaped(name)}</dt><dd>${content}</dd>`)
  return `<article id="${id}">
<h3>${escaped(description)} ${badge(one, language)}</h3>
<dl>
${row(own.given, given.map((state) => `<p>${escaped(state)}</p>`).join(''))}
${row(own.sends, call === undefined ? '' : `<p><code>${escaped(call)}</code></p>${comparison(asks, language)}`)}
${row(status === undefined ? own.receives : own.gets, `${status === undefined ? '' : `<p><code>${escaped(status)}</code></p>`}${comparison(gets, language)}`)}
${row(reportTexts[language].known[evidence.is], evidence.because === undefined ? sourceLinks(evidence.sources) : `<p>${escaped(evidence.because)}</p>${sourceLinks(evidence.sources)}`)}
</dl>
</article>`
}

function comparison({ exactly, byShape }: Comparison, language: Language): string {
  const own = texts[language]
  const list = (name: string, terms: readonly string[]) =>
    terms.length === 0
      ? ''
      : `<p><span class="quiet">${escaped(name)}</span> ${terms.map((term) => `<code>${escaped(term)}</code>`).join(' ')}</p>`
  return list(own.exactly, exactly) + list(own.byShape, byShape)
}

function badge({ evidence }: InteractionInWords, language: Language): string {
  return `<span class="badge ${evidence.is}" title="${escaped(evidenceText(evidence, language))}">${escaped(reportTexts[language].known[evidence.is])}</span>`
}

function sourceLinks(sources: readonly string[]): string {
  // Some are those of products of one's own, and may be anything.
  const links = sources.filter((url) => /^https?:\/\//.test(url))
  return links.map((url) => `<p><a href="${escaped(url)}" rel="noreferrer">${escaped(url)}</a></p>`).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character).replaceAll(/\p{Cc}/gu, ' ')
}

const STYLE = `
:root { color-scheme: light dark; --text: light-dark(#1b211e, #e6ebe8); --quiet: light-dark(#58635d, #a0aba5);
  --ground: light-dark(#f6f7f6, #111513); --surface: light-dark(#fff, #191e1b); --line: light-dark(#dde1de, #2f3733);
  --link: light-dark(#07713d, #4fd08a); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { margin: 0; font-size: 1.6rem; } h2 { margin: 2rem 0 .5rem; font-size: 1.2rem; } h3 { margin: 0 0 .5rem; font-size: 1rem; }
p { margin: 0 0 .25rem; } .quiet, dt { color: var(--quiet); } a { color: var(--link); }
code { font: .87em ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
dd code { margin-right: .75em; }
nav { columns: 2 22rem; margin: 1rem 0; } nav ol { margin: 0; padding-left: 2.2em; } nav li { break-inside: avoid; margin-bottom: .2rem; overflow-wrap: anywhere; }
h1, h3, header { overflow-wrap: anywhere; }
article { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: .75rem 1rem; margin: 0 0 .75rem; break-inside: avoid; }
dl { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .35rem .75rem; margin: 0; } dd { margin: 0; overflow-wrap: anywhere; }
.badge { display: inline-block; padding: 0 .5em; border-radius: 1em; font-size: .8rem; font-weight: 500; white-space: nowrap; }
.documented { color: light-dark(#0b5c33, #6bd79b); background: light-dark(#dff3e7, #16311f); }
.observed { color: light-dark(#234a75, #9cc3f0); background: light-dark(#e2ecf8, #1b2c40); }
.reported, .sibling { color: light-dark(#6e4500, #f0bd62); background: light-dark(#fbeed3, #3a2c12); }
.inferred { color: light-dark(#94201a, #ff9b94); background: light-dark(#fbe3e1, #421d1b); }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; } }
@media print { :root { color-scheme: light; } body { background: #fff; font-size: 11px; } main { padding: 0; max-width: none; } nav { display: none; } }
`
