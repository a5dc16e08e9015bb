const en = {
  description:
    "Does to a transfer of a running mock what a merchant's calls cannot: confirms it as the user's phone does, opens its page and closes it again, lets it fail; or shows it. With --authorization it agrees to an authorization, a user's leave to be paid without confirming, closes it or shows it.",
  action:
    'what to do: confirm, dismiss (the page is opened and closed again, which changes nothing), fail or show; of an authorization confirm, close or show',
  number: "the merchant's number of the transfer (out_bill_no), or of the authorization (out_authorization_no)",
  url: (standard: string): string => `address of the mock (default: WECHATPAY_MOCK_URL, or else ${standard})`,
  mchid: 'merchant of the transfer, where several have one with this number',
  package: 'what the page is opened with (package_info); one that fits if left out',
  reason:
    'with confirm, why the money does not arrive; with fail, why it fails (TRANSFER_RISK if left out); the reasons are listed below',
  reasonExpected: (similar: string | undefined): string =>
    `use a reason of WeChat Pay's, such as NAME_NOT_CORRECT${similar === undefined ? '' : `; did you mean ${similar}?`}`,
  noAuthorize: 'with confirm: does not agree to the authorization that the transfer asks for',
  authorization: 'the number is that of an authorization',
  onlyWith: (flag: string, actions: string): string => `${flag} is for ${actions} only`,
  ofTransfer: (actions: string): string => `${actions} of a transfer`,
  needsAuthorization: (action: string): string => `${action} is for an authorization: add --authorization`,
  isAuthorization: (number: string): string =>
    `There is no transfer ${number}, but an authorization with this number: add --authorization.`,
  after: (
    reasons: string,
  ): string => `wechatpay-mock transfer confirm plfk2020042013                              the user confirms
wechatpay-mock transfer confirm plfk2020042013 --reason NAME_NOT_CORRECT    confirmed, but the name is another
wechatpay-mock transfer fail plfk2020042013 --reason ACCOUNT_FROZEN         nobody confirms: the account is frozen
wechatpay-mock transfer confirm auth2020042013 --authorization              the user agrees to an authorization

Reasons: ${reasons}`,
  shown: (number: string, state: string, amount: string): string => `Transfer ${number}: ${state}, ${amount}`,
  authorizationShown: (number: string, state: string): string => `Authorization ${number}: ${state}`,
  fen: (fen: number): string => `${fen} fen (${(fen / 100).toFixed(2)} CNY)`,
  to: (openid: string, scene: string): string => `to ${openid}, scene ${scene}`,
  agreed: (id: string, at: string): string => `agreed to at ${at} as ${id}`,
  reasonShown: (reason: string, at: string): string => `${reason}, at ${at}`,
  since: (at: string): string => `since ${at}`,
  expires: (time: string): string => `closes at ${time} if nobody confirms`,
  pageDead: 'its page can no longer be opened, 24 hours after its creation',
  short:
    'the account is short of money: put some in with PATCH /_mock/transfer-account, and create it again with the same number',
  packageInfo: (text: string): string => `package_info ${text}`,
  page: (url: string): string => `page ${url}`,
  client: (message: string): string => `the client is called back with ${message}`,
  noCallback: 'no callback: it was created without notify_url',
  callbackToCome: (url: string): string => `callback to ${url} at its end`,
  callback: (url: string, outcome: string, next: string | undefined): string =>
    `callback to ${url}: ${outcome}${next === undefined ? '' : `; sent again at ${next}`}`,
  answered: (status: number): string => `answered with ${status}`,
}

const zh: typeof en = {
  description:
    '对运行中的模拟服务里的商家转账执行商户接口无法完成的操作：模拟用户在手机上确认收款、打开收款页再关闭、使转账失败；也可以查看转账。加 --authorization 则是对免确认收款授权：模拟用户同意、关闭，或查看。',
  action:
    '要做的事：confirm 确认收款、dismiss 打开收款页再关闭（状态不变）、fail 失败、show 查看；对授权是 confirm 同意、close 关闭、show 查看',
  number: '商户单号（out_bill_no），或商户授权单号（out_authorization_no）',
  url: (standard) => `模拟服务的地址（默认取 WECHATPAY_MOCK_URL，未设置则为 ${standard}）`,
  mchid: '转账所属商户号；多个商户有同一单号时需要',
  package: '打开收款页所用的 package_info；不写则使用正确的',
  reason: '用于 confirm 时是款项不能到账的原因；用于 fail 时是失败原因，不写为 TRANSFER_RISK；可用的原因列在最后',
  reasonExpected: (similar) =>
    `请使用微信支付的失败原因，如 NAME_NOT_CORRECT${similar === undefined ? '' : `；是否想写 ${similar}`}`,
  noAuthorize: '用于 confirm：不同意随转账发起的授权',
  authorization: '单号是免确认收款授权的',
  onlyWith: (flag, actions) => `${flag} 只用于 ${actions}`,
  ofTransfer: (actions) => `转账的 ${actions}`,
  needsAuthorization: (action) => `${action} 用于授权：请加上 --authorization`,
  isAuthorization: (number) => `没有转账单 ${number}，但有该单号的授权：请加上 --authorization。`,
  after: (reasons) => `wechatpay-mock transfer confirm plfk2020042013                              用户确认收款
wechatpay-mock transfer confirm plfk2020042013 --reason NAME_NOT_CORRECT    已确认，但姓名不符
wechatpay-mock transfer fail plfk2020042013 --reason ACCOUNT_FROZEN         没有确认，收款账户被冻结
wechatpay-mock transfer confirm auth2020042013 --authorization              用户同意免确认收款授权

失败原因：${reasons}`,
  shown: (number, state, amount) => `转账单 ${number}：${state}，${amount}`,
  authorizationShown: (number, state) => `授权 ${number}：${state}`,
  fen: (fen) => `${fen} 分（${(fen / 100).toFixed(2)} CNY）`,
  to: (openid, scene) => `收款用户 ${openid}，转账场景 ${scene}`,
  agreed: (id, at) => `用户于 ${at} 同意，授权单号 ${id}`,
  reasonShown: (reason, at) => `${reason}，${at}`,
  since: (at) => `自 ${at}`,
  expires: (time) => `无人确认则于 ${time} 关闭`,
  pageDead: '创建已满 24 小时，收款页不能再打开',
  short: '账户余额不足：请用 PATCH /_mock/transfer-account 充值，再以原单号重新发起',
  packageInfo: (text) => `package_info ${text}`,
  page: (url) => `手机页面 ${url}`,
  client: (message) => `客户端收到的回调结果是 ${message}`,
  noCallback: '没有回调：发起时没有传 notify_url',
  callbackToCome: (url) => `有最终结果时回调 ${url}`,
  callback: (url, outcome, next) => `回调 ${url}：${outcome}${next === undefined ? '' : `；将于 ${next} 重发`}`,
  answered: (status) => `应答 ${status}`,
}

/** Texts of `transfer`. */
export const texts = { en, zh }
