// Command grammar reads SQL files and reports which of them CockroachDB's own grammar refuses.
//
// It prints "<file>: <what is wrong>" for each file that does not parse, and ends with status 1 if there is one.
// With -keywords it prints the words that the grammar knows instead, one a line.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/cockroachdb/cockroachdb-parser/pkg/sql/lexbase"
	"github.com/cockroachdb/cockroachdb-parser/pkg/sql/parser"
)

func main() {
	arguments := os.Args[1:]
	if len(arguments) == 1 && arguments[0] == "-keywords" {
		for _, word := range lexbase.KeywordNames {
			fmt.Println(word)
		}
		return
	}
	refused := 0
	for _, path := range arguments {
		if err := check(path); err != nil {
			fmt.Printf("%s: %v\n", path, err)
			refused++
		}
	}
	if refused > 0 {
		os.Exit(1)
	}
	fmt.Printf("%d files parse\n", len(arguments))
}

func check(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	statements, err := parser.Parse(string(text))
	if err != nil {
		return err
	}
	if len(statements) == 0 {
		return errors.New("there is no statement in it")
	}
	return nil
}
