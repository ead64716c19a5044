// Command grammar answers questions about SQL texts with CockroachDB's own grammar.
//
// Each line of its input is a question in JSON, each line of its output the answer, in the same order, until the input
// ends:
//
//	{"sql": "SELECT 1; SELECT 2"}     what the statements are, or the error
//	{"sql": "..", "leaves": true}     the same with all that the syntax tree of each statement holds
//	{"normal": "name"}                the name as CockroachDB stores it
//	{"keywords": true}                the words that the grammar knows
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/cockroachdb/cockroachdb-parser/pkg/sql/lexbase"
	"github.com/cockroachdb/cockroachdb-parser/pkg/sql/parser"
	"github.com/cockroachdb/cockroachdb-parser/pkg/sql/sem/tree"
)

type question struct {
	SQL      *string `json:"sql"`
	Leaves   bool    `json:"leaves"`
	Normal   *string `json:"normal"`
	Keywords bool    `json:"keywords"`
}

type answer struct {
	Error      string      `json:"error,omitempty"`
	Statements []statement `json:"statements,omitempty"`
	Words      []string    `json:"words,omitempty"`
}

type statement struct {
	// The kind of its syntax tree, such as "CreateTable".
	Kind string `json:"kind"`
	// How many placeholders it has.
	Placeholders int `json:"placeholders"`
	// The statement as the grammar itself writes it.
	Format string `json:"format"`
	// The format of the format, where that differs; or why it does not parse.
	Again string `json:"again,omitempty"`
	// Pairs of a place in the syntax tree and what stands there.
	Leaves [][2]string `json:"leaves,omitempty"`
}

func main() {
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := bufio.NewWriterSize(os.Stdout, 1<<20)
	encoder := json.NewEncoder(output)
	encoder.SetEscapeHTML(false)
	decoder := json.NewDecoder(input)
	for decoder.More() {
		var asked question
		if err := decoder.Decode(&asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		if err := encoder.Encode(reply(asked)); err != nil {
			os.Exit(2)
		}
		if err := output.Flush(); err != nil {
			os.Exit(2)
		}
	}
}

// reply never fails: a panic of the parser is an error like any other.
func reply(asked question) (told answer) {
	defer func() {
		if cause := recover(); cause != nil {
			told = answer{Error: fmt.Sprintf("the parser panicked: %v", cause)}
		}
	}()
	switch {
	case asked.Keywords:
		return answer{Words: lexbase.KeywordNames}
	case asked.Normal != nil:
		return answer{Words: []string{lexbase.NormalizeString(*asked.Normal)}}
	case asked.SQL == nil:
		return answer{Error: "there is no question"}
	}
	parsed, err := parser.Parse(*asked.SQL)
	if err != nil {
		return answer{Error: err.Error()}
	}
	for _, one := range parsed {
		text := format(one.AST)
		found := statement{
			Kind:         strings.TrimPrefix(fmt.Sprintf("%T", one.AST), "*tree."),
			Placeholders: one.NumPlaceholders,
			Format:       text,
			Again:        again(text),
		}
		if asked.Leaves {
			collect("", reflect.ValueOf(one.AST), 0, func(place, value string) {
				found.Leaves = append(found.Leaves, [2]string{place, value})
			})
		}
		told.Statements = append(told.Statements, found)
	}
	return told
}

// format shows what the grammar hides by default, passwords and the URIs of sinks: they are compared, too.
func format(one tree.Statement) string {
	return tree.AsStringWithFlags(one, tree.FmtSimple|tree.FmtShowFullURIs|tree.FmtShowPasswords)
}

// again is empty where a text that the grammar wrote is written the same once more.
func again(text string) string {
	parsed, err := parser.ParseOne(text)
	if err != nil {
		return err.Error()
	}
	if twice := format(parsed.AST); twice != text {
		return twice
	}
	return ""
}

// deepest bounds the walk: no statement is as deep, but a cycle would be.
const deepest = 200

// collect walks a syntax tree and tells each name, text, number and switch that is set, with the place where it stands.
func collect(place string, value reflect.Value, depth int, tell func(place, value string)) {
	if depth > deepest {
		tell(place, "too deep")
		return
	}
	switch value.Kind() {
	case reflect.String:
		if value.String() != "" {
			tell(place, value.String())
		}
	case reflect.Bool:
		if value.Bool() {
			tell(place, "true")
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if value.Int() != 0 {
			tell(place, fmt.Sprint(value.Int()))
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		if value.Uint() != 0 {
			tell(place, fmt.Sprint(value.Uint()))
		}
	case reflect.Float32, reflect.Float64:
		if value.Float() != 0 {
			tell(place, fmt.Sprint(value.Float()))
		}
	case reflect.Interface:
		if !value.IsNil() {
			inner := value.Elem()
			collect(place+"("+inner.Type().String()+")", inner, depth+1, tell)
		}
	case reflect.Pointer:
		if !value.IsNil() {
			collect(place, value.Elem(), depth+1, tell)
		}
	case reflect.Slice, reflect.Array:
		for i := range value.Len() {
			collect(fmt.Sprintf("%s[%d]", place, i), value.Index(i), depth+1, tell)
		}
	case reflect.Struct:
		for i := range value.NumField() {
			collect(place+"."+value.Type().Field(i).Name, value.Field(i), depth+1, tell)
		}
	case reflect.Map:
		// The trees of the grammar have none that says anything.
	default:
	}
}
