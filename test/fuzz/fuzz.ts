import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aboutThisRun, isToBeKept, keepResult } from '../../tools/reliability/results.ts'

/** Seconds for which each fuzzer tries new inputs. */
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 20)
/** The same seed tries the same inputs. */
const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))
const AS_MANY_AS_THERE_IS_TIME_FOR = 1_000_000_000
/** Memory that a process may hold after many inputs beyond what it held after a few, once garbage is collected. */
const HELD_BYTES = 64 * 1_048_576

/** A target for inputs that nobody would send. Inputs are plain JSON, so that files can store them. */
export interface Fuzzer<Input> {
  /** Also the name of its folders in `corpus/` and `findings/`. */
  readonly name: string
  /** New inputs, derived from those of the corpus. */
  readonly inputs: (corpus: readonly Input[]) => fc.Arbitrary<Input>
  /** Plays an input. Throws if something is wrong. */
  readonly play: (input: Input) => void | Promise<void>
}

const folderOf = (kind: 'corpus' | 'findings', name: string) =>
  fileURLToPath(new URL(`${kind}/${name}/`, import.meta.url))

/** Stored inputs, by the names of their files. */
export function readInputs<Input>(kind: 'corpus' | 'findings', name: string): [file: string, input: Input][] {
  const folder = folderOf(kind, name)
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  return files.sort().map((file) => [file, JSON.parse(readFileSync(`${folder}${file}`, 'utf8'))])
}

/**
 * Declares the tests of a fuzzer: every input of its corpus, everything that it found before on this machine, and new inputs for FUZZ_SECONDS. It
 * shrinks a finding as far as time permits and writes it to `findings/`, which the next run plays first; move it to `corpus/` to keep it.
 */
export function fuzz<Input>({ name, inputs, play }: Fuzzer<Input>): void {
  const corpus = readInputs<Input>('corpus', name)

  describe(name, () => {
    test.for(corpus)('holds with the corpus: %s', ([, input]) => play(input))
    test.for(readInputs<Input>('findings', name))('holds with what was found before: %s', ([, input]) => play(input))

    test(`holds with new inputs, for ${SECONDS} s (FUZZ_SEED=${SEED})`, {
      timeout: 1_000 * SECONDS + 120_000,
    }, async () => {
      const known = corpus.map(([, input]) => input)
      let played = 0
      let held = 0
      const started = Date.now()
      const property = fc.asyncProperty(inputs(known), async (input) => {
        played += 1
        await play(input)
        if (played === 200) held = heldBytes()
      })
      const { failed, counterexample, errorInstance } = await fc.check(property, {
        seed: SEED,
        numRuns: AS_MANY_AS_THERE_IS_TIME_FOR,
        interruptAfterTimeLimit: 1_000 * SECONDS,
        markInterruptAsFailure: false,
      })
      if (counterexample) throw new Error(describeFinding(name, counterexample[0]), { cause: errorInstance })
      if (failed)
        throw new Error(`Not one input of ${name} was played to its end within ${SECONDS} s (FUZZ_SEED=${SEED}).`)

      const grownBytes = played > 200 ? heldBytes() - held : 0
      console.log(`${name}: ${played} inputs in ${SECONDS} s, seed ${SEED}, ${megabytes(grownBytes)} MB more held`)
      expect(grownBytes).toBeLessThan(HELD_BYTES)
      if (isToBeKept) {
        keepResult('fuzz', name, {
          columns: {
            'what is fed': name,
            'inputs of the corpus': corpus.length,
            'new inputs': played,
            seconds: Math.round((Date.now() - started) / 1_000),
            seed: String(SEED),
            found: 0,
            'memory after, MB more': megabytes(grownBytes),
          },
          ...aboutThisRun(),
        })
      }
    })
  })
}

function describeFinding(name: string, input: unknown): string {
  const text = `${JSON.stringify(input, null, 2)}\n`
  const file = `${createHash('sha256').update(text).digest('hex').slice(0, 12)}.json`
  mkdirSync(folderOf('findings', name), { recursive: true })
  writeFileSync(`${folderOf('findings', name)}${file}`, text)
  return [
    `${name} does not hold with test/fuzz/findings/${name}/${file}.`,
    `Play it again: FUZZ_SECONDS=0 npm run fuzz -- -t '^${name}.*holds with what was found before'`,
    `All the same inputs: FUZZ_SEED=${SEED} npm run fuzz -- -t '^${name} '`,
    'Once it is mended, move the file to test/fuzz/corpus.',
  ].join('\n')
}

function heldBytes(): number {
  // The project of the fuzzers runs with --expose-gc.
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

const megabytes = (bytes: number) => (bytes / 1_048_576).toFixed(1)
