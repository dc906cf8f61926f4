//go:build unix

package embedded

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
)

// npmArch is npm's word for GOARCH, where it has another one.
var npmArch = map[string]string{"amd64": "x64", "386": "ia32", "ppc64le": "ppc64"}

func npmPlatform() string {
	arch, other := npmArch[runtime.GOARCH]
	if !other {
		arch = runtime.GOARCH
	}
	return runtime.GOOS + "-" + arch
}

const npmScope = "@embedded-postgres"

// npmPlatforms are those that the packages exist for.
var npmPlatforms = []string{"linux-x64", "linux-arm64", "linux-arm", "linux-ia32", "linux-ppc64", "darwin-x64", "darwin-arm64"}

// NpmPackage is the name of npm's package with a server for this platform.
func NpmPackage() (string, error) {
	if !slices.Contains(npmPlatforms, npmPlatform()) {
		return "", fmt.Errorf("npm has no Postgres server for %s", npmPlatform())
	}
	return npmScope + "/" + npmPlatform(), nil
}

// fromNpmPackages looks where scripts/postgres.sh and the page's build put npm
// packages: in the working folder, and above it up to the root of the module,
// as tests run in the folder of their package.
func (s serverSearch) fromNpmPackages() []string {
	var dirs []string
	for _, base := range moduleFolders(s.workdir) {
		for _, modules := range []string{".postgres/node_modules", "web/node_modules"} {
			dirs = append(dirs, filepath.Join(base, modules, npmScope, npmPlatform(), "native", "bin"))
		}
	}
	return dirs
}

// moduleFolders go from dir up to the folder of go.mod. Where there is none,
// only dir counts: what lies above could be anybody's.
func moduleFolders(dir string) []string {
	var dirs []string
	for at := dir; ; at = filepath.Dir(at) {
		dirs = append(dirs, at)
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return dirs
		}
		if at == filepath.Dir(at) {
			return []string{dir}
		}
	}
}

// prepareNpm makes an npm package ready to run, and is nothing to other
// folders. It answers with the folder to use.
func prepareNpm(bin string, as osAccount, cache string) (string, error) {
	pkg := filepath.Dir(filepath.Dir(bin))
	links, err := os.ReadFile(filepath.Join(pkg, "native", "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return bin, nil
	}
	if err != nil {
		return "", err
	}
	if as.stepsDown() && !as.mayEnter(bin) {
		if pkg, err = copyPackage(pkg, cache); err != nil {
			return "", fmt.Errorf("could not copy npm's Postgres to %s: %w", cache, err)
		}
	}
	return filepath.Join(pkg, "native", "bin"), linkLibraries(pkg, links)
}

// linkLibraries makes the library links that the package's install script makes,
// because npm is often told to run no scripts.
func linkLibraries(pkg string, links []byte) error {
	var list []struct{ Source, Target string }
	if err := json.Unmarshal(links, &list); err != nil {
		return fmt.Errorf("npm's Postgres in %s is damaged: remove that folder and fetch it again", pkg)
	}
	for _, link := range list {
		if !filepath.IsLocal(link.Target) || filepath.Dir(link.Source) != filepath.Dir(link.Target) {
			continue
		}
		err := os.Symlink(filepath.Base(link.Source), filepath.Join(pkg, link.Target))
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

// copyPackage puts the package where the account can reach it, since a clone in
// root's home is closed to it. A copy gets its name when it is whole, and stays:
// another server may run from it.
func copyPackage(pkg, cache string) (string, error) {
	about, err := os.ReadFile(filepath.Join(pkg, "package.json")) // says name and version
	if err != nil {
		return "", err
	}
	whole := filepath.Join(cache, fmt.Sprintf("npm-%.6x", sha256.Sum256(about)))
	if isFolder(whole) {
		return whole, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	part, err := os.MkdirTemp(cache, "part-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(part) }()
	if err := os.CopyFS(part, os.DirFS(pkg)); err != nil {
		return "", err
	}
	if err := makeReadable(part); err != nil {
		return "", err
	}
	if err := os.Rename(part, whole); err != nil && !isFolder(whole) { // another process was faster
		return "", err
	}
	return whole, nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
