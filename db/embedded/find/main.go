// Find prints the folder of the Postgres server that this machine has for a new data folder, or
// says why there is none. With the argument npm it prints which npm package has one.
package main

import (
	"fmt"
	"os"

	"deskwire/db/embedded"
)

func main() {
	find := embedded.FindBinaries
	if len(os.Args) == 2 && os.Args[1] == "npm" {
		find = embedded.NpmPackage
	}
	found, err := find()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(found)
}
