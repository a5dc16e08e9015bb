package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/consts"
)

// What registry/main.go finds in the source of the SDK: all services, and the values of enumerations.
var (
	services map[string]func(*core.Client) any
	values   map[reflect.Type][]string
)

func add[Enumeration ~string](values map[reflect.Type][]string, value Enumeration) {
	of := reflect.TypeOf(value)
	values[of] = append(values[of], string(value))
}

// methods are those of every service, with their parameters as JSON Schemas.
func (s *shop) methods() map[string][]map[string]any {
	all := map[string][]map[string]any{}
	for title, serviceOf := range services {
		service := reflect.TypeOf(serviceOf(s.client))
		for i := range service.NumMethod() {
			method := service.Method(i)
			parameters := []map[string]any{}
			// Behind the receiver and the context.
			for at := 2; at < method.Type.NumIn(); at++ {
				parameters = append(parameters, schemaOf(method.Type.In(at)))
			}
			all[title+"."+method.Name] = parameters
		}
	}
	return all
}

func schemaOf(of reflect.Type) map[string]any {
	switch of.Kind() {
	case reflect.Pointer:
		return schemaOf(of.Elem())
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(of.Elem())}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int32, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Float32, reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Struct:
		if of != reflect.TypeFor[time.Time]() {
			return objectOf(of)
		}
	}
	schema := map[string]any{"type": "string"}
	if listed, ok := values[of]; ok {
		schema["enum"] = listed
	}
	return schema
}

func objectOf(of reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	for i := range of.NumField() {
		name, rest, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		properties[name] = schemaOf(of.Field(i).Type)
		// Of lists the SDK does not say.
		if rest != "omitempty" || of.Field(i).Type.Kind() == reflect.Slice {
			required = append(required, name)
		}
	}
	return map[string]any{"type": "object", "properties": properties, "required": required}
}

// call calls a method of a service, or what the SDK has no method for, by method and address.
func (s *shop) call(ctx context.Context, fields json.RawMessage) (any, error) {
	var asked struct {
		Method    string
		Arguments []json.RawMessage
	}
	if err := json.Unmarshal(fields, &asked); err != nil {
		return nil, err
	}
	if verb, address, found := strings.Cut(asked.Method, " "); found {
		var body any
		if len(asked.Arguments) > 0 {
			body = asked.Arguments[0]
		}
		address = consts.WechatPayAPIServer + address
		return answerOf(s.client.Request(ctx, verb, address, nil, nil, body, consts.ApplicationJSON))
	}
	at := strings.LastIndex(asked.Method, ".")
	method := reflect.ValueOf(services[asked.Method[:at]](s.client)).MethodByName(asked.Method[at+1:])
	arguments := []reflect.Value{reflect.ValueOf(ctx)}
	for i, given := range asked.Arguments {
		argument, err := argumentOf(method.Type().In(i+1), given)
		if err != nil {
			return nil, err
		}
		arguments = append(arguments, argument)
	}
	results := method.Call(arguments)
	if err, ok := results[len(results)-1].Interface().(error); ok {
		return nil, err
	}
	if len(results) == 2 {
		return struct{}{}, nil
	}
	if results[0].IsNil() {
		return nil, fmt.Errorf("the answer was read to nothing")
	}
	// A model that lacks a member which the SDK requires cannot be written.
	answer, err := json.Marshal(results[0].Interface())
	return json.RawMessage(answer), err
}

func argumentOf(of reflect.Type, given json.RawMessage) (reflect.Value, error) {
	if of == reflect.TypeFor[io.Reader]() {
		var text string
		err := json.Unmarshal(given, &text)
		return reflect.ValueOf(strings.NewReader(text)), err
	}
	argument := reflect.New(of)
	err := json.Unmarshal(given, argument.Interface())
	return argument.Elem(), err
}
