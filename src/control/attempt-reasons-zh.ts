import type { AttemptReason } from '../engine/callbacks/notification.ts'

/** 一次回调发送没有成功的原因。 */
export const attemptReasonsZh: Readonly<Record<AttemptReason['name'], (value: string) => string>> = {
  too_late: () => '5 秒内没有应答',
  refused: () => '连接被拒绝，该地址没有程序监听',
  closed: () => '接收方没有应答就关闭了连接',
  host_unknown: () => '没有这个主机',
  header_too_large: () => '应答的头部过大',
  unreachable: (value) => `无法连接接收方：${value}`,
  state_dropped: () => '它所属的数据已被重置或替换',
  clock_move_ended: () => '它所属的时钟调整已中止',
  mock_stopped: () => '模拟服务已停止',
  abandoned: () => '发送被中止',
  left_halfway: () => '发送它的进程在收到应答之前退出',
  url_unfit: (value) => `未发送：${value} 不是 http 或 https 地址`,
  host_not_allowed: (value) => `未发送：${value} 不是本机，请用 --allow-callback-host ${value} 允许`,
  merchant_unknown: (value) => `未发送：模拟服务中没有商户 ${value}，没有可用于加密的 APIv3密钥`,
  api_v3_key_not_set: (value) => `未发送：商户 ${value} 没有设置 APIv3密钥，无法加密`,
  spoiled: (value) => `接收方已接受，但这次回调被计划的故障破坏（${value}），本应拒绝`,
}
