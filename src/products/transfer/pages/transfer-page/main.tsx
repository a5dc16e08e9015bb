import { clientOf, opened as openedWith } from '../../../../browser/phone/client.ts'
import { showPage } from '../../../../browser/phone/phone-page.tsx'
import type { Derived } from '../../../../control/client/connection.ts'
import { UsageError } from '../../../../protocol/errors.ts'
import { quoted } from '../../../../shared/texts.ts'
import type { TransferCalls } from '../../calls.ts'
import { ERR_MSG, PAGE_ERRORS } from '../../confirm-page.ts'
import type { OpenedPage } from '../../confirm-page-calls.ts'
import { routes } from '../../routes.ts'
import { Asked, type Choice } from './asked.tsx'
import { Ended } from './ended.tsx'
import { words } from './words.ts'

const client = () => clientOf<Derived<typeof routes, TransferCalls>>(routes)

/** The parameters of the address, by the names that wx.requestMerchantTransfer has. */
const opened = openedWith(['mchId', 'appId', 'package', 'openId'])

/** Members that each call on the page brings, to be checked. */
const given = {
  package_info: opened.package,
  appid: opened.appId,
  ...(opened.openId !== '' && { openid: opened.openId }),
}

/** Stands for WeChat's page on which a user confirms a transfer. */
showPage<OpenedPage, Choice>({
  title: words.title,
  opened,
  errors: [PAGE_ERRORS.package_info, ...Object.values(PAGE_ERRORS)],
  endings: ERR_MSG,
  async ask() {
    const missing = (['mchId', 'appId', 'package'] as const).filter((name) => opened[name] === '')
    if (missing.length > 0) throw new UsageError('MOCK_PACKAGE_INFO', quoted(words.missing(missing)))
    return client().openTransferPage({ mchid: opened.mchId, ...given })
  },
  async choose(page, { outcome, authorize }) {
    const { merchant, transfer, authorization } = page
    const of = { mchid: merchant.mchid }
    if (authorization) {
      const agreed = await client().confirmTransferAuthorization(authorization.out_authorization_no, given, of)
      return { ...page, authorization: agreed }
    }
    const number = transfer?.out_bill_no ?? ''
    const done = await client().confirmTransfer(number, { ...given, authorize, ...(outcome && { outcome }) }, of)
    return { ...page, transfer: done.transfer }
  },
  drawAsked: (page, asking) => <Asked page={page} {...asking} />,
  drawEnded: (page, onLeave) => <Ended page={page} onLeave={onLeave} />,
})
