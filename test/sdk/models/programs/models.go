// Says as JSON what the source of wechatpay-go knows of calls: which members each sends and answers, of which type, and which it cannot do without.
//
// Arguments are packages, whose services are read, and "place=package.Type" for a model that no service gives away.
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

type fact struct {
	Type     string   `json:"type"`
	Required bool     `json:"required"`
	Enum     []string `json:"enum,omitempty"`
}

// By place: "/a/b" is a member of a member, "[]" an entry of a list.
type fields map[string]fact

type call struct {
	Call   string `json:"call"`
	Method string `json:"method"`
	// Null where nothing is known of it.
	Path   fields `json:"path"`
	Query  fields `json:"query"`
	Body   fields `json:"body"`
	Answer fields `json:"answer"`
}

type file struct {
	pkg     *pkg
	imports map[string]string
}

// A type, and the file that it is named in.
type named struct {
	expr ast.Expr
	file *file
}

type method struct {
	decl *ast.FuncDecl
	file *file
}

type pkg struct {
	name    string
	types   map[string]named
	enums   map[string][]string
	methods []method
}

var packages = map[string]*pkg{}

func main() {
	var calls []call
	for _, argument := range os.Args[1:] {
		if place, model, ok := strings.Cut(argument, "="); ok {
			at := strings.LastIndex(model, ".")
			answer := fields{}
			load(model[:at]).types[model[at+1:]].collect("", answer)
			calls = append(calls, call{Call: place, Method: path.Base(model), Answer: answer})
		} else {
			calls = append(calls, load(argument).calls()...)
		}
	}
	check(json.NewEncoder(os.Stdout).Encode(calls))
}

func load(importPath string) *pkg {
	if known, ok := packages[importPath]; ok {
		return known
	}
	found, err := build.Import(importPath, ".", build.FindOnly)
	check(err)
	sources, err := filepath.Glob(filepath.Join(found.Dir, "*.go"))
	check(err)
	p := &pkg{name: path.Base(importPath), types: map[string]named{}, enums: map[string][]string{}}
	for _, source := range sources {
		if !strings.HasSuffix(source, "_test.go") {
			p.read(source)
		}
	}
	if len(p.types) == 0 {
		fail("no types in %s (%s)", importPath, found.Dir)
	}
	packages[importPath] = p
	return p
}

func (p *pkg) read(source string) {
	parsed, err := parser.ParseFile(token.NewFileSet(), source, nil, parser.SkipObjectResolution)
	check(err)
	in := &file{pkg: p, imports: map[string]string{}}
	for _, one := range parsed.Imports {
		importPath := text(one.Path)
		name := path.Base(importPath)
		if one.Name != nil {
			name = one.Name.Name
		}
		in.imports[name] = importPath
	}
	for _, decl := range parsed.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			p.methods = append(p.methods, method{d, in})
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					p.types[s.Name.Name] = named{s.Type, in}
				case *ast.ValueSpec:
					if of, ok := s.Type.(*ast.Ident); ok && d.Tok == token.CONST {
						for _, value := range s.Values {
							if literal, ok := value.(*ast.BasicLit); ok && literal.Kind == token.STRING {
								p.enums[of.Name] = append(p.enums[of.Name], text(literal))
							}
						}
					}
				}
			}
		}
	}
}

// What the methods send that build a path of the API.
func (p *pkg) calls() []call {
	var calls []call
	for _, m := range p.methods {
		if sent := m.sent(); sent.path != "" {
			calls = append(calls, m.call(sent))
		}
	}
	return calls
}

type sending struct {
	method, path string
	query        []string
	body         named
}

var verb = regexp.MustCompile(`^Method(\w+)$`)

// Reads what the generated code sends: its local variables have the same names in every method.
func (m method) sent() sending {
	var sent sending
	assigned := func(name string, value ast.Expr) {
		switch name {
		case "localVarHTTPMethod":
			sent.method = strings.ToUpper(verb.FindStringSubmatch(value.(*ast.SelectorExpr).Sel.Name)[1])
		case "localVarPath":
			if sum, ok := value.(*ast.BinaryExpr); ok {
				sent.path = text(sum.Y)
			}
		case "localVarPostBody":
			switch v := value.(type) {
			case *ast.Ident:
				sent.body = m.request()
			case *ast.UnaryExpr:
				sent.body = named{v.X.(*ast.CompositeLit).Type, m.file}
			}
		}
	}
	ast.Inspect(m.decl, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.ValueSpec:
			for i, value := range n.Values {
				assigned(n.Names[i].Name, value)
			}
		case *ast.AssignStmt:
			if to, ok := n.Lhs[0].(*ast.Ident); ok {
				assigned(to.Name, n.Rhs[0])
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Add" {
				if of, ok := f.X.(*ast.Ident); ok && of.Name == "localVarQueryParams" {
					sent.query = append(sent.query, text(n.Args[0]))
				}
			}
		}
		return true
	})
	return sent
}

// The type of the parameter named req, if there is one.
func (m method) request() named {
	for _, parameter := range m.decl.Type.Params.List {
		if parameter.Names[0].Name == "req" {
			return named{parameter.Type, m.file}
		}
	}
	return named{}
}

var inPath = regexp.MustCompile(`\{(\w+)\}`)

func (m method) call(sent sending) call {
	request, body, answer := fields{}, fields{}, fields{}
	m.request().collect("", request)
	sent.body.collect("", body)
	if result := m.decl.Type.Results.List[0]; result.Names[0].Name == "resp" {
		named{result.Type, m.file}.collect("", answer)
	}
	var pathNames []string
	for _, match := range inPath.FindAllStringSubmatch(sent.path, -1) {
		pathNames = append(pathNames, match[1])
	}
	return call{
		Call:   sent.method + " " + sent.path,
		Method: m.file.pkg.name + "." + m.decl.Name.Name,
		Path:   only(request, pathNames),
		Query:  only(request, sent.query),
		Body:   body,
		Answer: answer,
	}
}

func only(of fields, names []string) fields {
	kept := fields{}
	for _, name := range names {
		known, ok := of["/"+name]
		if !ok {
			fail("no member %s in %v", name, slices.Sorted(maps.Keys(of)))
		}
		kept[name] = known
	}
	return kept
}

// Puts the members of a type below a place.
func (n named) collect(place string, into fields) {
	switch e := n.expr.(type) {
	case *ast.StarExpr:
		named{e.X, n.file}.collect(place, into)
	case *ast.ArrayType:
		entry := named{e.Elt, n.file}
		into[place+"[]"] = entry.fact(true)
		entry.collect(place+"[]", into)
	case *ast.StructType:
		for _, member := range e.Fields.List {
			tag := strings.Split(reflect.StructTag(text(member.Tag)).Get("json"), ",")
			inner := named{member.Type, n.file}
			into[place+"/"+tag[0]] = inner.fact(!slices.Contains(tag, "omitempty"))
			inner.collect(place+"/"+tag[0], into)
		}
	case *ast.Ident, *ast.SelectorExpr:
		if target, ok := n.resolve(); ok {
			target.collect(place, into)
		}
	}
}

func (n named) fact(required bool) fact {
	switch e := n.expr.(type) {
	case *ast.StarExpr:
		return named{e.X, n.file}.fact(required)
	case *ast.ArrayType:
		return fact{Type: "array", Required: required}
	case *ast.StructType, *ast.MapType:
		return fact{Type: "object", Required: required}
	case *ast.SelectorExpr:
		if e.Sel.Name == "Time" {
			return fact{Type: "string", Required: required}
		}
	case *ast.Ident:
		if builtin, ok := builtins[e.Name]; ok {
			return fact{Type: builtin, Required: required}
		}
	}
	target, ok := n.resolve()
	if !ok {
		fail("no JSON type for %v", n.expr)
	}
	known := target.fact(required)
	if name, ok := n.expr.(*ast.Ident); ok {
		known.Enum = append(known.Enum, n.file.pkg.enums[name.Name]...)
	}
	return known
}

var builtins = map[string]string{
	"string": "string", "bool": "boolean",
	"int": "integer", "int32": "integer", "int64": "integer", "float32": "number", "float64": "number",
}

// What a name of a type stands for, in its own package or an imported one of the SDK.
func (n named) resolve() (named, bool) {
	switch e := n.expr.(type) {
	case *ast.Ident:
		target, ok := n.file.pkg.types[e.Name]
		return target, ok
	case *ast.SelectorExpr:
		if importPath := n.file.imports[e.X.(*ast.Ident).Name]; strings.Contains(importPath, "wechatpay-go") {
			target, ok := load(importPath).types[e.Sel.Name]
			return target, ok
		}
	}
	return named{}, false
}

func text(literal ast.Expr) string {
	value, err := strconv.Unquote(literal.(*ast.BasicLit).Value)
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(1)
}
