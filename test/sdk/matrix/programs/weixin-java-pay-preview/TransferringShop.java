import com.github.binarywang.wxpay.bean.transfer.TransferBillsGetResult;
import com.github.binarywang.wxpay.bean.transfer.TransferBillsRequest;
import com.github.binarywang.wxpay.service.TransferService;
import com.github.binarywang.wxpay.v3.util.PemUtils;
import com.github.binarywang.wxpay.v3.util.RsaCryptoUtil;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.InputStream;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A shop with WxJava that transfers money. */
public class TransferringShop extends Shop {
  private static final String TRANSFERS =
      "https://api.mch.weixin.qq.com/v3/fund-app/mch-transfer";

  private final TransferService transfers = pay.getTransferService();
  private final PrivateKey privateKey =
      PemUtils.loadPrivateKey(stream("WECHATPAY_MERCHANT_PRIVATE_KEY"));

  TransferringShop() throws Exception {}

  @Override
  Object call(String step, JsonObject fields) throws Exception {
    switch (step) {
      case "transfer":
        return transfers.transferBills(GSON.fromJson(fields, TransferBillsRequest.class));
      case "told":
        return transfers
            .parseTransferBillsNotifyResult(fields.get("body").getAsString(), signatureOf(fields))
            .getResult();
      case "bill":
        return bill(fields);
      case "cancel":
        return transfers.transformBillsCancel(text(fields, "out_bill_no"));
        // From here on it has no calls: these are made as its own are.
      case "receipt_apply":
        return post("/elecsign/out-bill-no", fields);
      case "receipt":
        return receipt(fields);
      case "authorize":
        return post("/user-confirm-authorization", fields);
      case "authorization":
        return get(authorization(fields));
      case "authorized":
        return authorized(fields);
      case "revoke":
        return post(authorization(fields) + "/close", new JsonObject());
      default:
        return super.call(step, fields);
    }
  }

  private TransferBillsGetResult bill(JsonObject fields) throws Exception {
    TransferBillsGetResult bill =
        fields.has("out_bill_no")
            ? transfers.getBillsByOutBillNo(text(fields, "out_bill_no"))
            : transfers.getBillsByTransferBillNo(text(fields, "transfer_bill_no"));
    bill.setUserName(RsaCryptoUtil.decryptOAEP(bill.getUserName(), privateKey));
    return bill;
  }

  private JsonObject receipt(JsonObject fields) throws Exception {
    JsonObject receipt = get("/elecsign/out-bill-no/" + text(fields, "out_bill_no"));
    try (InputStream file = pay.downloadV3(text(receipt, "download_url"))) {
      receipt.addProperty("downloaded", Steps.sha256(file.readAllBytes()));
    }
    return receipt;
  }

  private JsonObject authorized(JsonObject fields) throws Exception {
    X509Certificate certificate = pay.getConfig().getVerifier().getValidCertificate();
    String name = RsaCryptoUtil.encryptOAEP(text(fields, "user_name"), certificate);
    fields.addProperty("user_name", name);
    return post("/transfer-bills/transfer", fields);
  }

  private static String authorization(JsonObject fields) {
    String number = text(fields, "out_authorization_no");
    return "/user-confirm-authorization/out-authorization-no/" + number;
  }

  private JsonObject get(String path) throws Exception {
    return JsonParser.parseString(pay.getV3(TRANSFERS + path)).getAsJsonObject();
  }

  private JsonObject post(String path, JsonObject fields) throws Exception {
    String answer = pay.postV3WithWechatpaySerial(TRANSFERS + path, fields.toString());
    return JsonParser.parseString(answer).getAsJsonObject();
  }

  private static String text(JsonObject fields, String name) {
    return fields.get(name).getAsString();
  }

  public static void main(String[] args) throws Exception {
    Steps.play(TransferringShop::new);
  }
}
