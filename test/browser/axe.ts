import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { isRepresentative } from '../helpers/representative.ts'

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** Rules of a lesser weight that a page keeps all the same. */
export const ALSO = ['landmark-unique', 'page-has-heading-one']

/** Finds the serious accessibility violations of a page in its current state, of all rules or of some. */
export async function seriousFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  // The page's own policy blocks foreign scripts, but the debugger may evaluate them.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE)
  const { violations } = (await page.evaluate(
    `axe.run(${JSON.stringify({ resultTypes: ['violations'], iframes: false, ...(rules && { runOnly: rules }) })})`,
  )) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[]
  }
  return violations
    .filter(({ id, impact }) => impact === 'serious' || impact === 'critical' || ALSO.includes(id))
    .map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)
}

const THEMES = [
  ['light', undefined],
  ['dark', ['color-contrast']],
] as const

/** The same in the light and in the dark, between which only the colours differ; in the light only where a part stands for the rest. */
export async function findingsInBothThemes(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const [colorScheme, rules] of isRepresentative ? THEMES.slice(0, 1) : THEMES) {
    await page.emulateMedia({ colorScheme })
    found.push(...(await seriousFindings(page, rules)).map((finding) => `${colorScheme} ${finding}`))
  }
  return found
}
