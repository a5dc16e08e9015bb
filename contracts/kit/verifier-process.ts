/**
 * Runs pact's verifier in a process of its own: its native part prints to standard output, which belongs to whoever called us.
 *
 * It is told what to do by messages, `{ core, options }`, and answers each with one, `{ text }`: JSON as pact's core writes it, or what it
 * failed with. It ends when nobody is connected any more, and not before: a terminal sends Ctrl+C to all of its processes.
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
