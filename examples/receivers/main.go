// go get github.com/wechatpay-apiv3/wechatpay-go@v0.2.21
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/core/notify"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"
)

func main() {
	publicKey, err := utils.LoadPublicKey(os.Getenv("WECHATPAY_PUBLIC_KEY"))
	if err != nil {
		log.Fatal(err)
	}
	verifier := verifiers.NewSHA256WithRSAPubkeyVerifier(os.Getenv("WECHATPAY_PUBLIC_KEY_ID"), *publicKey)
	handler, err := notify.NewRSANotifyHandler(os.Getenv("WECHATPAY_API_V3_KEY"), verifier)
	if err != nil {
		log.Fatal(err)
	}

	http.HandleFunc("/notify", func(answer http.ResponseWriter, callback *http.Request) {
		order := map[string]interface{}{}
		if _, err := handler.ParseNotifyRequest(callback.Context(), callback, &order); err != nil {
			log.Print(err)
			answer.WriteHeader(http.StatusUnauthorized)
			return
		}
		// The same callback may come again: do once what follows from it.
		fmt.Printf("%v: %v\n", order["out_trade_no"], order["trade_state"])
		answer.WriteHeader(http.StatusNoContent)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:3000", nil))
}
