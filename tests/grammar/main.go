// Command grammar reads SQL files and reports which statements CockroachDB's own grammar refuses.
//
// It prints "<file>: <what is wrong>" for each file that does not parse, and ends with status 1 if there is one.
package main

import (
	"fmt"
	"os"

	"github.com/cockroachdb/cockroachdb-parser/pkg/sql/parser"
)

func main() {
	refused := 0
	for _, path := range os.Args[1:] {
		if err := check(path); err != nil {
			fmt.Printf("%s: %v\n", path, err)
			refused++
		}
	}
	if refused > 0 {
		os.Exit(1)
	}
	fmt.Printf("%d files parse\n", len(os.Args)-1)
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
		return fmt.Errorf("there is no statement in it")
	}
	return nil
}
