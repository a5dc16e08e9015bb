// Without this, `go test ./...` of a module with node_modules in it would build these programs too.
module wechatpay-mock.example

go 1.23
