package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// page is the folder of what is served to browsers.
const page = "web"

// generators are packages that are only needed to build the pages, and leave some of their own in
// them: styles, and the loader of modules.
var generators = []string{"tailwindcss", "vite", "rolldown"}

// servedPackages are the npm packages that the pages may contain: all that the lock file has
// besides those for development. Their texts are not read yet.
func servedPackages(root string) (all []component, err error) {
	b, err := os.ReadFile(filepath.Join(root, page, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct {
			Version          string
			Dev, DevOptional bool
		}
	}
	if err := json.Unmarshal(b, &lock); err != nil {
		return nil, err
	}
	const folder = "node_modules/"
	for path, p := range lock.Packages {
		name := path[strings.LastIndex(path, folder)+1:]
		name = strings.TrimPrefix(name, folder[1:])
		if path == "" || (p.Dev || p.DevOptional) && !slices.Contains(generators, name) {
			continue
		}
		all = append(all, component{name: "npm " + strings.TrimPrefix(path, folder), version: p.Version})
	}
	return all, nil
}

// packageTexts reads the licence of a package that is installed.
func packageTexts(folder, name string) ([]string, error) {
	dir := filepath.Join(folder, "node_modules", strings.TrimPrefix(name, "npm "))
	texts, err := licenceFiles(dir)
	if err != nil {
		return nil, err
	}
	for i := range texts { // Vite's own, without what only its server has
		texts[i], _, _ = strings.Cut(texts[i], "\n# Licenses of bundled dependencies")
	}
	if len(texts) > 0 {
		return texts, nil
	}
	return standardTexts(dir)
}

// standardTexts are for packages that only name their licence: the text of that name, for their
// author.
func standardTexts(dir string) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		return nil, err
	}
	var about struct {
		License string
		Author  any
		Name    string
	}
	if err := json.Unmarshal(b, &about); err != nil {
		return nil, err
	}
	author := "the authors of " + about.Name
	switch a := about.Author.(type) {
	case string:
		author, _, _ = strings.Cut(a, " <")
	case map[string]any:
		author = fmt.Sprint(a["name"])
	}
	switch about.License {
	case "MIT":
		return []string{"The MIT License (MIT)\n\nCopyright (c) " + author + "\n\n" + mit}, nil
	case "BSD-3-Clause":
		return []string{"BSD 3-Clause License\n\nCopyright (c) " + author + "\n\n" + bsd}, nil
	case "Unlicense":
		return []string{unlicense}, nil
	}
	return nil, fmt.Errorf("%s names the licence %q, of which there is no text here", about.Name, about.License)
}
