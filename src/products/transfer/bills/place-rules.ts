import type { Rule } from '../../../engine/operation.ts'
import { transferSources } from '../sources.ts'

/** The rules of creating a transfer, in whatever way. */
export const PLACE_RULES: readonly Rule[] = [
  {
    rule: 'The same out_bill_no with the same values is answered with the transfer as it stands.',
    evidence: 'documented',
    source: transferSources.createPage,
  },
  {
    rule: 'The same out_bill_no with other values is refused; user_name is compared decrypted, and the order of what is reported does not matter.',
    evidence: 'inferred',
  },
  { rule: 'Numbers count per merchant, for all ways of creating a transfer together.', evidence: 'inferred' },
  { rule: 'A call that is refused leaves no transfer, and its number may be used again.', evidence: 'inferred' },
  {
    rule: 'Judged in this order: the fields, whether the product is opened, whether user_name opens, the out_bill_no, appid, the scene, what is reported, user_recv_perception, the amount, openid, whether a name is needed, money.',
    evidence: 'inferred',
  },
  {
    rule: 'A scene has its own types in transfer_scene_report_infos, all of them and each once, and its own texts for user_recv_perception (those of other scenes than 1000, 1010 and 1011 by a third party).',
    evidence: 'documented',
    source: [transferSources.scenePage, transferSources.thirdParty],
  },
  {
    rule: 'Nothing reported, or one type of the scene beside one that is not its own: 需传入转账场景报备信息，请检查; any other list: 未传入完整且对应的转账场景报备信息，请根据接口文档检查. Both texts were seen, where the line between them is drawn is inferred.',
    evidence: 'inferred',
  },
  {
    rule: 'Without user_recv_perception the user sees the usual text of the scene (documented of scene 1000; which one it is of the others is inferred).',
    evidence: 'documented',
    source: transferSources.scenePage,
  },
  {
    rule: 'user_name is encrypted with the key that Wechatpay-Serial names, and needed from 2,000 yuan.',
    evidence: 'documented',
    source: transferSources.createPage,
  },
  { rule: 'Exactly 2,000 yuan need the name.', evidence: 'documented', source: transferSources.partnerPages },
  {
    rule: 'The smallest transfer is 0.1 yuan (documented of scene 1000, inferred of the others).',
    evidence: 'documented',
    source: transferSources.faq,
  },
  {
    rule: 'With transferLimits=live the largest is 200 yuan, as reported of scene 1000. Otherwise it is 200,000 yuan, which is ours.',
    evidence: 'reported',
    source: transferSources.amounts,
  },
  {
    rule: 'With transferLimits=live a merchant transfers 50,000 yuan in a day, by the day in China in which a transfer was created.',
    evidence: 'sibling',
    source: transferSources.walletPages,
  },
  {
    rule: 'Limits of a day count neither a transfer that was cancelled nor one whose money does not arrive.',
    evidence: 'inferred',
  },
  {
    rule: 'The money is locked as the transfer is created, and comes back when it fails or is cancelled.',
    evidence: 'documented',
    source: transferSources.concepts,
  },
  {
    rule: 'With transferLocking=slow a transfer is ACCEPTED and PROCESSING for a second each; one that the account is short of money for stays PROCESSING until the number is repeated with enough of it.',
    evidence: 'inferred',
  },
  {
    rule: 'notify_url is https and has no query; on this machine it may be http (decision 0007).',
    evidence: 'documented',
    source: transferSources.createPage,
  },
  { rule: 'Without notify_url no callback is sent.', evidence: 'inferred' },
  {
    rule: 'Where notify_url is given, MCHTRANSFER.BILL.FINISHED is sent when the transfer comes to its end.',
    evidence: 'documented',
    source: transferSources.callbackPage,
  },
  {
    rule: 'The callback has mch_id and mchid, and neither appid, remark nor name.',
    evidence: 'observed',
    source: transferSources.liveCallback,
  },
  {
    rule: 'The callback is repeated ten times every 15 seconds, ten times every 5 minutes and 44 times every 30 minutes; with transferRepeats=payment, like those of payments.',
    evidence: 'documented',
    source: [transferSources.callbackPage, transferSources.thirdPartyCallbacks],
  },
  {
    rule: 'That they are repeated like those of payments was reported.',
    evidence: 'reported',
    source: transferSources.repeats,
  },
  {
    rule: 'A call about transfers without Authorization is answered with 签名信息错误，验签失败, like one on pay endpoints.',
    evidence: 'reported',
    source: transferSources.badAuthorization,
  },
]

/** The rules of a transfer that its user confirms. */
export const CONFIRMED_RULES: readonly Rule[] = [
  {
    rule: 'package_info is there while the transfer is WAIT_USER_CONFIRM, a new one in each answer; those before go on working.',
    evidence: 'reported',
    source: transferSources.samePackages,
  },
  {
    rule: 'A transfer that nobody has confirmed after 24 hours is FAIL with OVERDUE_CLOSE, and the merchant is told.',
    evidence: 'documented',
    source: [transferSources.faq, transferSources.lateClosing],
  },
  {
    rule: 'It may be closed later, which transferClosesLate says; package_info is dead after 24 hours all the same.',
    evidence: 'observed',
    source: transferSources.lateClosing,
  },
  {
    rule: 'What the client is called back with says that the page was shown, and not that money has moved.',
    evidence: 'documented',
    source: transferSources.clientCall,
  },
  {
    rule: 'Closing the page changes nothing.',
    evidence: 'reported',
    source: transferSources.samePackages,
  },
  {
    rule: 'Confirmed, it is TRANSFERING for as long as transferTakes says, and then SUCCESS or FAIL.',
    evidence: 'inferred',
  },
  {
    rule: 'A transfer fails once it is confirmed, with NAME_NOT_CORRECT where the real name of the user is known and is another, and with REAL_NAME_CHECK_FAIL where the user has verified none.',
    evidence: 'documented',
    source: transferSources.failReasons,
  },
  {
    rule: 'With transferLimits=live a user receives 2,000 yuan of a merchant in a day; what is more fails with DAY_RECEIVED_QUOTA_EXCEED once it is confirmed.',
    evidence: 'sibling',
    source: [transferSources.walletPages, transferSources.failReasons],
  },
]
