const en = {
  description:
    "Does to a transfer (商家转账) of a running mock what a merchant's calls cannot: confirms it as the user's phone does, opens its page and closes it again, lets it fail; or shows it.",
  action: 'what to do: confirm, dismiss (the page is opened and closed again, which changes nothing), fail or show',
  outBillNo: "the merchant's number of the transfer (out_bill_no)",
  url: (standard: string): string => `address of the mock (default: WECHATPAY_MOCK_URL, or else ${standard})`,
  mchid: 'merchant of the transfer, where several have one with this number',
  package: 'what the page is opened with (package_info); one that fits if left out',
  reason: 'with confirm, why the money does not arrive; with fail, why it fails (TRANSFER_RISK if left out)',
  onlyWith: (flag: string, actions: string): string => `${flag} is for ${actions} only`,
  after: `wechatpay-mock transfer confirm plfk2020042013                              the user confirms
wechatpay-mock transfer confirm plfk2020042013 --reason NAME_NOT_CORRECT    confirmed, but the name is another
wechatpay-mock transfer fail plfk2020042013 --reason ACCOUNT_FROZEN         nobody confirms: the account is frozen`,
  shown: (number: string, state: string, amount: string): string => `Transfer ${number}: ${state}, ${amount}`,
  fen: (fen: number): string => `${fen} fen (${(fen / 100).toFixed(2)} CNY)`,
  to: (openid: string, scene: string): string => `to ${openid}, scene ${scene}`,
  reasonShown: (reason: string, at: string): string => `${reason}, at ${at}`,
  since: (at: string): string => `since ${at}`,
  expires: (time: string): string => `can be confirmed until ${time}`,
  packageInfo: (text: string): string => `package_info ${text}`,
  client: (message: string): string => `the client is called back with ${message}`,
}

const zh: typeof en = {
  description:
    '对运行中的模拟服务里的商家转账执行商户接口无法完成的操作：模拟用户在手机上确认收款、打开收款页再关闭、使转账失败；也可以查看转账。',
  action: '要做的事：confirm 确认收款、dismiss 打开收款页再关闭（状态不变）、fail 失败、show 查看',
  outBillNo: '商户单号（out_bill_no）',
  url: (standard) => `模拟服务的地址（默认取 WECHATPAY_MOCK_URL，未设置则为 ${standard}）`,
  mchid: '转账所属商户号；多个商户有同一单号时需要',
  package: '打开收款页所用的 package_info；不写则使用正确的',
  reason: '用于 confirm 时是款项不能到账的原因；用于 fail 时是失败原因，不写为 TRANSFER_RISK',
  onlyWith: (flag, actions) => `${flag} 只用于 ${actions}`,
  after: `wechatpay-mock transfer confirm plfk2020042013                              用户确认收款
wechatpay-mock transfer confirm plfk2020042013 --reason NAME_NOT_CORRECT    已确认，但姓名不符
wechatpay-mock transfer fail plfk2020042013 --reason ACCOUNT_FROZEN         没有确认，收款账户被冻结`,
  shown: (number, state, amount) => `转账单 ${number}：${state}，${amount}`,
  fen: (fen) => `${fen} 分（${(fen / 100).toFixed(2)} CNY）`,
  to: (openid, scene) => `收款用户 ${openid}，转账场景 ${scene}`,
  reasonShown: (reason, at) => `${reason}，${at}`,
  since: (at) => `自 ${at}`,
  expires: (time) => `确认收款截止时间 ${time}`,
  packageInfo: (text) => `package_info ${text}`,
  client: (message) => `客户端收到的回调结果是 ${message}`,
}

/** What `transfer` says. */
export const texts = { en, zh }
