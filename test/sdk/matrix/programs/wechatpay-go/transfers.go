package main

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/consts"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"
)

const transfers = consts.WechatPayAPIServer + "/v3/fund-app/mch-transfer"

// transferRequest is what the SDK has no model of; the core encrypts and signs it like its own.
type transferRequest struct {
	Appid              string  `json:"appid"`
	OutBillNo          string  `json:"out_bill_no"`
	OutAuthorizationNo string  `json:"out_authorization_no,omitempty"`
	SceneID            string  `json:"transfer_scene_id"`
	Openid             string  `json:"openid,omitempty"`
	UserName           *string `json:"user_name,omitempty" encryption:"EM_APIV3"`
	Amount             int64   `json:"transfer_amount"`
	Remark             string  `json:"transfer_remark"`
	NotifyURL          string  `json:"notify_url,omitempty"`
	ReportInfos        []struct {
		InfoType    string `json:"info_type"`
		InfoContent string `json:"info_content"`
	} `json:"transfer_scene_report_infos"`
}

// numbers name a transfer or an authorization.
type numbers struct {
	OutBillNo          string `json:"out_bill_no"`
	TransferBillNo     string `json:"transfer_bill_no"`
	OutAuthorizationNo string `json:"out_authorization_no"`
}

func (s *shop) transfer(ctx context.Context, step string, fields json.RawMessage) (any, error) {
	var named numbers
	if err := json.Unmarshal(fields, &named); err != nil {
		return nil, err
	}
	bill := transfers + "/transfer-bills/out-bill-no/" + named.OutBillNo
	authorization := transfers + "/user-confirm-authorization/out-authorization-no/" + named.OutAuthorizationNo
	switch step {
	case "transfer":
		return s.postEncrypted(ctx, transfers+"/transfer-bills", fields)
	case "authorized":
		return s.postEncrypted(ctx, transfers+"/transfer-bills/transfer", fields)
	case "bill":
		if named.TransferBillNo != "" {
			bill = transfers + "/transfer-bills/transfer-bill-no/" + named.TransferBillNo
		}
		return s.bill(ctx, bill)
	case "cancel":
		return answerOf(s.client.Post(ctx, bill+"/cancel", nil))
	case "receipt_apply":
		return answerOf(s.client.Post(ctx, transfers+"/elecsign/out-bill-no", fields))
	case "receipt":
		return s.receipt(ctx, transfers+"/elecsign/out-bill-no/"+named.OutBillNo)
	case "authorize":
		return answerOf(s.client.Post(ctx, transfers+"/user-confirm-authorization", fields))
	case "authorization":
		return answerOf(s.client.Get(ctx, authorization))
	case "revoke":
		return answerOf(s.client.Post(ctx, authorization+"/close", nil))
	}
	return nil, fmt.Errorf("no step %s", step)
}

func (s *shop) postEncrypted(ctx context.Context, address string, fields json.RawMessage) (map[string]any, error) {
	var request transferRequest
	if err := json.Unmarshal(fields, &request); err != nil {
		return nil, err
	}
	serial, err := s.client.EncryptRequest(ctx, &request)
	if err != nil {
		return nil, err
	}
	header := http.Header{consts.WechatPaySerial: {serial}}
	return answerOf(s.client.Request(ctx, http.MethodPost, address, header, nil, &request, consts.ApplicationJSON))
}

func (s *shop) bill(ctx context.Context, address string) (any, error) {
	answer, err := answerOf(s.client.Get(ctx, address))
	if err != nil {
		return nil, err
	}
	privateKey, err := utils.LoadPrivateKey(os.Getenv("WECHATPAY_MERCHANT_PRIVATE_KEY"))
	if err != nil {
		return nil, err
	}
	answer["user_name"], err = utils.DecryptOAEP(answer["user_name"].(string), privateKey)
	return answer, err
}

func (s *shop) receipt(ctx context.Context, address string) (any, error) {
	answer, err := answerOf(s.client.Get(ctx, address))
	if err != nil {
		return nil, err
	}
	file, err := s.file(ctx, answer)
	answer["downloaded"] = fmt.Sprintf("%x", sha256.Sum256(file))
	return answer, err
}

func (s *shop) tradeBill(ctx context.Context, fields json.RawMessage) (any, error) {
	var asked struct {
		Date string `json:"bill_date"`
	}
	if err := json.Unmarshal(fields, &asked); err != nil {
		return nil, err
	}
	answer, err := answerOf(s.client.Get(ctx, consts.WechatPayAPIServer+"/v3/bill/tradebill?bill_date="+asked.Date))
	if err != nil {
		return nil, err
	}
	file, err := s.file(ctx, answer)
	answer["downloaded"] = fmt.Sprintf("%x", sha1.Sum(file))
	return answer, err
}

// file is what an answer leads to.
func (s *shop) file(ctx context.Context, answer map[string]any) ([]byte, error) {
	result, err := s.downloads.Get(ctx, answer["download_url"].(string))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(result.Response.Body)
}

func answerOf(result *core.APIResult, err error) (map[string]any, error) {
	if err != nil {
		return nil, err
	}
	answer := map[string]any{}
	return answer, json.NewDecoder(result.Response.Body).Decode(&answer)
}
