module verify

go 1.21
