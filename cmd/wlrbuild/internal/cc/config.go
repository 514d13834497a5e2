package cc

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// The environment variables that the launcher reads for itself.
const (
	EnvConfig = "WLR_CC_CONFIG" // path of the configuration, mandatory
	EnvDebug  = "WLR_CC_DEBUG"  // "1": say on stderr what the cache did, and why
)

// What becomes of a link.
const (
	LinkReal   = "real"   // clang links
	LinkRecord = "record" // a Link is written instead of the program
)

// Config is the launcher's configuration, a JSON file.
type Config struct {
	Clang string   `json:"clang"`           // the real clang, absolute
	Flags []string `json:"flags,omitempty"` // put before the caller's arguments, always

	// LinkFlags are put after the caller's arguments of every link that clang
	// does: libraries that a configure test must find, whatever it does with LIBS.
	LinkFlags []string `json:"link_flags,omitempty"`

	// PrefixMaps names the directories the build works in.
	PrefixMaps PrefixMaps `json:"prefix_maps,omitempty"`

	// Cache is the directory of the object cache, "" for none. Toolchain is
	// the digest, in hex, of everything that decides what Clang does.
	Cache     string `json:"cache,omitempty"`
	Toolchain string `json:"toolchain,omitempty"`

	// System are the directories of the headers that Toolchain stands for:
	// the sysroot and clang's own. Like those in -isystem directories they are
	// left out of the file that -MMD asks for.
	System []string `json:"system,omitempty"`

	FileFlags []FileFlags `json:"file_flags,omitempty"`

	Record string `json:"record,omitempty"` // file that a Command is appended to for each compilation
	Stats  string `json:"stats,omitempty"`  // file that says what the cache did, see ReadStats
	Link   string `json:"link"`             // LinkReal or LinkRecord
}

// FileFlags are put after the caller's arguments when the source, relative to
// one of the directories in PrefixMaps, matches Glob (path.Match).
type FileFlags struct {
	Glob  string   `json:"glob"`
	Flags []string `json:"flags"`
}

// WriteFile validates c and writes it for a launcher to read.
func (c *Config) WriteFile(name string) error {
	if err := c.validate(); err != nil {
		return fmt.Errorf("compiler launcher configuration: %w", err)
	}
	data, err := json.MarshalIndent(c, "", "\t")
	if err != nil {
		return err
	}
	return writeFile(name, append(data, '\n'), 0o666)
}

func loadConfig(name string) (*Config, error) {
	if name == "" {
		return nil, diag.New(diag.Usage, "start the compiler launcher", "%s is not set", EnvConfig).
			WithHint("wlrbuild sets it to the configuration it writes for a build; the launcher is of no use by itself.")
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, diag.New(diag.Usage, "read the compiler launcher's configuration", "%w", err)
	}
	var c Config
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	err = dec.Decode(&c)
	if err == nil {
		err = c.validate()
	}
	if err != nil {
		return nil, &diag.Error{Exit: diag.Usage, Op: "read the compiler launcher's configuration", Path: name, Err: err}
	}
	return &c, nil
}

func (c *Config) validate() error {
	if !filepath.IsAbs(c.Clang) {
		return fmt.Errorf("clang %q is not an absolute path", c.Clang)
	}
	if c.Link != LinkReal && c.Link != LinkRecord {
		return fmt.Errorf("link %q: want %q or %q", c.Link, LinkReal, LinkRecord)
	}
	if c.Cache != "" {
		if !filepath.IsAbs(c.Cache) {
			return fmt.Errorf("cache %q is not an absolute path", c.Cache)
		}
		if b, err := hex.DecodeString(c.Toolchain); err != nil || len(b) == 0 {
			return fmt.Errorf("toolchain %q is not a digest in hex; a cache without one would mix compilers", c.Toolchain)
		}
	}
	for _, f := range c.FileFlags {
		if _, err := path.Match(f.Glob, ""); err != nil {
			return fmt.Errorf("file_flags: glob %q: %w", f.Glob, err)
		}
	}
	return c.PrefixMaps.validate()
}
