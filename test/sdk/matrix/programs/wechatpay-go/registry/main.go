// Finds the services of wechatpay-go, and the values of its enumerations, in the source of its module, and writes them as a file of the shop's program.
//
// Argument: the overlay with which `go build` finds that file beside the program.
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const module = "github.com/wechatpay-apiv3/wechatpay-go"

type registry struct{ imports, services, values strings.Builder }

func main() {
	overlay := os.Args[1]
	generated := strings.TrimSuffix(overlay, ".json") + ".go"
	here, err := os.Getwd()
	check(err)
	check(os.WriteFile(generated, []byte(source()), 0o644))
	replaced, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(here, "registry.go"): generated}})
	check(err)
	check(os.WriteFile(overlay, replaced, 0o644))
}

func source() string {
	listed, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{.Dir}}", module+"/services/...").Output()
	check(err)
	var all registry
	for i, line := range strings.Split(strings.TrimSpace(string(listed)), "\n") {
		importPath, folder, _ := strings.Cut(line, " ")
		all.read(fmt.Sprintf("p%d", i), importPath, folder)
	}
	return fmt.Sprintf(`package main

import (
	"reflect"

	"%s/core"
%s)

func init() {
	services = map[string]func(*core.Client) any{
%s	}
	values = map[reflect.Type][]string{}
%s}
`, module, &all.imports, &all.services, &all.values)
}

func (r *registry) read(alias, importPath, folder string) {
	before := r.services.Len() + r.values.Len()
	sources, err := filepath.Glob(filepath.Join(folder, "*.go"))
	check(err)
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), source, nil, parser.SkipObjectResolution)
		check(err)
		ast.Inspect(parsed, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.TypeSpec:
				if of, ok := n.Type.(*ast.SelectorExpr); ok && of.Sel.Name == "Service" && n.Name.IsExported() {
					title := strings.TrimPrefix(importPath, module+"/services/") + "." + n.Name.Name
					fmt.Fprintf(&r.services, "\t\t%q: func(client *core.Client) any { return &%s.%s{Client: client} },\n", title, alias, n.Name.Name)
				}
			case *ast.ValueSpec:
				if of, ok := n.Type.(*ast.Ident); ok && of.IsExported() {
					for _, value := range n.Names {
						fmt.Fprintf(&r.values, "\tadd(values, %s.%s)\n", alias, value.Name)
					}
				}
			}
			return true
		})
	}
	if r.services.Len()+r.values.Len() > before {
		fmt.Fprintf(&r.imports, "\t%s %q\n", alias, importPath)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
