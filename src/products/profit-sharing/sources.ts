import { github, page, repository, type Source } from '../../wire/protocol/sources.ts'
import { paymentSources } from '../payment/index.ts'

/** Texts about profit sharing; those about the whole of API v3 stand in `src/wire/protocol/sources.ts`. */
export const sharingSources = {
  questions: paymentSources.sharingQuestions,
  partnerQuestions: page('常见问题 of 分账 for partners, 2026.08.05', 'doc/v3/partner/4014547107'),
  javaModels: {
    title: 'the models of wechatpay-java 0.2.17',
    url: github(
      'wechatpay-apiv3/wechatpay-java/tree/main/service/src/main/java/com/wechat/pay/java/service/profitsharing',
    ),
  },
  notice: page('分账动账通知', 'doc/v3/merchant/4012289679'),
  maxRatio: repository(
    'errors of 查询最大分账比例 in wechatpay-go',
    'wechatpay-apiv3/wechatpay-go/tree/main/services/profitsharing',
  ),
} as const satisfies Record<string, Source>
