package shop

import (
	"context"
	"os"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	coupons "github.com/wechatpay-apiv3/wechatpay-go/services/merchantexclusivecoupon"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"
)

func linkCoupon(ctx context.Context) error {
	privateKey, err := utils.LoadPrivateKey(os.Getenv("WECHATPAY_MERCHANT_PRIVATE_KEY"))
	if err != nil {
		return err
	}
	publicKey, err := utils.LoadPublicKey(os.Getenv("WECHATPAY_PUBLIC_KEY"))
	if err != nil {
		return err
	}
	client, err := core.NewClient(ctx, option.WithWechatPayPublicKeyAuthCipher(
		os.Getenv("WECHATPAY_MCHID"), os.Getenv("WECHATPAY_MERCHANT_SERIAL_NO"), privateKey,
		os.Getenv("WECHATPAY_PUBLIC_KEY_ID"), publicKey,
	))
	if err != nil {
		return err
	}
	service := coupons.CouponApiService{Client: client}
	_, _, err = service.AssociateTradeInfo(ctx, coupons.AssociateTradeInfoRequest{
		StockId:      core.String("100088"),
		CouponCode:   core.String("sxxe34343434"),
		OutTradeNo:   core.String("MCH_102233445"),
		OutRequestNo: core.String("1002600620019090123143254435"),
	})
	return err
}
