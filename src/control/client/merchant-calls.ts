import type { MerchantJson } from '../../world/merchant-json.ts'
import type { CredentialsJson } from '../answer-format.ts'
import type { ListedMerchant } from '../formats/overview.ts'
import { ControlConnection } from './control-connection.ts'
import type { Page, PageRequest } from './page.ts'

/** A language, or `env` for variables. */
export type SnippetFormat = 'php' | 'java' | 'go' | 'python' | 'node' | 'env'

/** Who may call, and with which keys. */
export class MerchantCalls extends ControlConnection {
  /** The merchants that may call, without their keys: the well-known one first, then the newest, page by page. */
  merchants(filter: PageRequest = {}): Promise<Page<ListedMerchant>> {
    return this.call('GET', '/merchants', { query: { ...filter } })
  }

  /** Makes a fresh merchant with an empty world of its own; what is left out is made up, keys included. */
  createMerchant(options: MerchantJson = {}): Promise<CredentialsJson> {
    return this.call('POST', '/merchants', { body: options })
  }

  /** Keys and address to configure a client with; of the well-known merchant if none is named. */
  credentials(mchid?: string): Promise<CredentialsJson> {
    return this.call('GET', '/credentials', { query: { mchid } })
  }

  /** A program that connects a language's SDK, ready to be run; with `env` a file of variables. */
  async credentialsSnippet(
    format: SnippetFormat,
    { mchid, lang }: { readonly mchid?: string; readonly lang?: 'zh' | 'en' } = {},
  ): Promise<string> {
    const { text } = await this.call<{ text: string }>('GET', '/credentials/snippet', {
      query: { format, mchid, lang },
    })
    return text
  }
}
