import { readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UsageError } from '../../wire/protocol/errors.ts'
import { isJsonObject } from '../../wire/protocol/json-object.ts'
import { fileFault, isFromSystem } from '../../wire/shared/errors.ts'
import { makeDirectory } from '../../wire/shared/make-directory.ts'

export interface PactInteraction {
  readonly type: string
  readonly description: string
  readonly pending?: boolean
  readonly providerStates?: readonly { readonly name: string; readonly params?: Readonly<Record<string, unknown>> }[]
  readonly request?: Readonly<Record<string, unknown>>
  readonly response?: Readonly<Record<string, unknown>>
  /** The content of a message. */
  readonly contents?: Readonly<Record<string, unknown>>
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly matchingRules?: Readonly<Record<string, unknown>>
}

/** A pact of specification 4. */
export interface PactFile {
  readonly consumer: { readonly name: string }
  readonly provider: { readonly name: string }
  readonly interactions: readonly PactInteraction[]
  readonly metadata: Readonly<Record<string, unknown>>
}

/**
 * Reads a pact.
 *
 * @returns undefined if the file does not exist
 * @throws UsageError `MOCK_PACT_FILE` for a file that cannot be read, or is not a pact of specification 4
 */
export async function readPactFile(file: string): Promise<PactFile | undefined> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    const { en, zh } = fileFault(cause)
    throw new UsageError(
      'MOCK_PACT_FILE',
      { en: `${file} cannot be read: ${en}.`, zh: `无法读取 ${file}：${zh}。` },
      { cause },
    )
  })
  if (text === undefined) return undefined
  let pact: unknown
  try {
    pact = JSON.parse(text)
  } catch (cause) {
    throw new UsageError(
      'MOCK_PACT_FILE',
      { en: `${file} is not JSON: record into another file.`, zh: `${file} 不是 JSON，请录制到另一个文件。` },
      { cause },
    )
  }
  if (isPactFile(pact)) return pact
  throw new UsageError('MOCK_PACT_FILE', {
    en: `${file} is no pact of specification 4: record into another file.`,
    zh: `${file} 不是第 4 版规范的 Pact 契约，请录制到另一个文件。`,
  })
}

function isPactFile(value: unknown): value is PactFile {
  if (!isJsonObject(value) || !Array.isArray(value.interactions)) return false
  if (!value.interactions.every((one) => isJsonObject(one) && typeof one.description === 'string')) return false
  const { pactSpecification } = (value.metadata ?? {}) as { pactSpecification?: { version?: unknown } }
  return hasName(value.consumer) && hasName(value.provider) && /^4/.test(String(pactSpecification?.version))
}

function hasName(value: unknown): boolean {
  return isJsonObject(value) && typeof value.name === 'string'
}

/** Writes a pact atomically, and creates a missing folder. @throws UsageError `MOCK_PACT_FILE` if it cannot be written */
export async function writePactFile(file: string, pact: PactFile): Promise<void> {
  // Follows a link, so that its target is replaced and not the link.
  const target = await realpath(file).catch(() => file)
  const draft = `${target}.${process.pid}.new`
  try {
    await makeDirectory(dirname(target))
    await writeFile(draft, `${JSON.stringify(pact, null, 2)}\n`)
    await rename(draft, target)
  } catch (cause) {
    await rm(draft, { force: true })
    if (!isFromSystem(cause)) throw cause
    const { en, zh } = fileFault(cause)
    throw new UsageError(
      'MOCK_PACT_FILE',
      { en: `${file} cannot be written: ${en}.`, zh: `无法写入 ${file}：${zh}。` },
      { cause },
    )
  }
}
