import type { Exchange } from '../engine/journal/journal.ts'
import { UsageError } from '../protocol/errors.ts'
import { timeWithMilliseconds } from '../protocol/instant.ts'
import { oneLine } from '../shared/one-line.ts'
import type { Language, Texts } from '../shared/texts.ts'

interface CurlScript {
  readonly script: string
  readonly calls: number
  readonly left_out: number
}

const LEFT_OUT: Texts = { en: 'Left out:', zh: '未导出：' }

/** Characters of a target shown in a comment; the command has all of it. */
const SHOWN_CHARACTERS = 300

/**
 * A bash script that repeats calls one after the other, each with a comment. A call that fails does not stop the script.
 *
 * @param language of the comments
 * @param commandOf turns one call into a command; if it throws a UsageError, the script states the reason instead
 */
export async function curlScript(
  exchanges: readonly Exchange[],
  language: Language,
  commandOf: (exchange: Exchange) => Promise<string>,
): Promise<CurlScript> {
  const blocks: string[] = []
  let calls = 0
  for (const exchange of exchanges) {
    const title = `# ${describe(exchange)}`
    try {
      blocks.push(`${title}\n${await commandOf(exchange)}\necho`)
      calls += 1
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      blocks.push(`${title}\n# ${LEFT_OUT[language]} ${oneLine(error.texts[language])}`)
    }
  }
  return {
    script: `${['#!/usr/bin/env bash', ...blocks].join('\n\n')}\n`,
    calls,
    left_out: exchanges.length - calls,
  }
}

/** An exchange on one line, escaped so that nothing can break out of a comment. */
function describe({ id, at, request, response, callback, operation }: Exchange): string {
  const target = request.target.slice(0, SHOWN_CHARACTERS)
  const name = callback?.eventType ?? operation
  const status = response ? ` → ${response.status}` : ''
  return oneLine(
    `${timeWithMilliseconds(at)} ${name === undefined ? '' : `${name}: `}${request.method} ${target}${status} (${id})`,
  )
}
