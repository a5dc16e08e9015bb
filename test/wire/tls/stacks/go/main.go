// Arguments: a file of trusted certificates, then host and port of each server. Prints what Go says of each, one a line.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
)

func main() {
	pem, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		panic("no certificates")
	}
	for i := 2; i < len(os.Args); i += 2 {
		connection, err := tls.Dial("tcp", "127.0.0.1:"+os.Args[i+1], &tls.Config{RootCAs: roots, ServerName: os.Args[i]})
		if err != nil {
			fmt.Println("rejected:", err)
			continue
		}
		connection.Close()
		fmt.Println("accepted")
	}
}
