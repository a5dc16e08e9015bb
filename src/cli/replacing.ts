import { createInterface } from 'node:readline'
import { listed } from '../shared/texts.ts'
import { usageError } from './command.ts'
import type { Language } from './language.ts'
import { oneLine } from './output.ts'
import { commonTexts } from './texts.ts'

/** The terminal at which a person answers. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

/**
 * Lets a command replace existing files: if it was given `--force`, or a person at the terminal agrees.
 *
 * @param paths the files that would be replaced
 * @throws UsageError otherwise
 */
export async function allowReplacing(
  paths: readonly string[],
  force: boolean | undefined,
  language: Language,
  terminal: Terminal = { input: process.stdin, output: process.stderr },
): Promise<void> {
  if (paths.length === 0 || force) return
  const { replacing } = commonTexts[language]
  const names = oneLine(listed(paths, language))
  if (!terminal.input.isTTY || !terminal.output.isTTY) throw usageError(replacing.refused(names))
  if (!(await agrees(replacing.question(names), terminal))) throw usageError(replacing.kept(names))
}

/** Asks a yes-or-no question. The end of the input is a no. */
function agrees(question: string, { input, output }: Terminal): Promise<boolean> {
  const lines = createInterface({ input, output })
  return new Promise((resolve) => {
    lines.once('close', () => resolve(false))
    // Ctrl+C is for the program, as it would be without the question.
    lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    lines.question(question, (answer) => {
      resolve(/^\s*(?:y|yes|是)\s*$/i.test(answer))
      lines.close()
    })
  })
}
