package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// systems are those that Deskwire is built for: each links a little else.
var systems = []string{"linux", "darwin", "windows"}

// linkedPackage is a package of the program, as go list tells it.
type linkedPackage struct {
	Dir    string
	Module *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// linkedModules are Go itself and the modules that are linked into the program.
func linkedModules(root string) ([]component, error) {
	goRoot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	goTexts, err := licenceFiles(strings.TrimSpace(string(goRoot)))
	if err != nil {
		return nil, err
	}
	all := []component{{"Go", "standard library", goTexts}}
	index := map[string]int{}
	for _, system := range systems {
		packages, err := listPackages(root, system)
		if err != nil {
			return nil, err
		}
		for _, p := range packages {
			if p.Module == nil || p.Module.Main {
				continue
			}
			i, known := index[p.Module.Path]
			if !known {
				i = len(all)
				index[p.Module.Path] = i
				all = append(all, component{name: p.Module.Path, version: p.Module.Version})
			}
			if all[i].texts, err = addTexts(all[i].texts, p.Module.Dir, p.Dir); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

func listPackages(root, system string) (all []linkedPackage, err error) {
	list := exec.Command("go", "list", "-deps", "-json=Dir,Module", ".")
	list.Dir, list.Env, list.Stderr = root, append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0"), os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p linkedPackage
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		}
		all = append(all, p)
	}
}

// addTexts adds the texts of a package's folder and of those above it, up to the module's: some
// packages of a module were taken from elsewhere, with a licence of their own.
func addTexts(texts []string, module, folder string) ([]string, error) {
	for ; ; folder = filepath.Dir(folder) {
		found, err := licenceFiles(folder)
		if err != nil {
			return nil, err
		}
		for _, text := range found {
			if !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
		if folder == module {
			return texts, nil
		}
	}
}
