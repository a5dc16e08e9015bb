/**
 * Runs pact's verifier in a separate process: its native part prints to standard output, which belongs to the caller.
 *
 * It receives tasks as messages, `{ core, options }`, and answers each with one, `{ text }`: JSON from pact's core, or its error. It exits once
 * disconnected, and not before: a terminal sends Ctrl+C to all of its processes.
 */
import { createRequire } from 'node:module'

interface Verifier {
  verify(): Promise<string>
}

interface Task {
  /** File of `@pact-foundation/pact-core`. */
  readonly core: string
  readonly options: unknown
}

async function verify({ core, options }: Task): Promise<string> {
  const { Verifier } = createRequire(import.meta.url)(core) as { Verifier: new (options: unknown) => Verifier }
  return await new Verifier(options).verify()
}

process.on('message', (task: Task) => {
  const answer = (text: string) => process.send?.({ text })
  verify(task).then(answer, (error: unknown) => answer(error instanceof Error ? error.message : String(error)))
})
process.on('disconnect', () => process.exit())
process.on('SIGINT', () => {})
