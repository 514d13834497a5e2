package flow

import (
	_ "embed"
	"fmt"

	"github.com/goccy/go-yaml"
)

//go:embed data/libc.yaml
var libc []byte

// LibC is the model of wasi-libc and compiler-rt.
func LibC() (*Model, error) { return ReadModel("libc.yaml", libc) }

// ReadModel reads a model. name is for messages.
func ReadModel(name string, src []byte) (*Model, error) {
	var file struct {
		Schema    string `yaml:"schema"`
		Functions []struct {
			Names []string `yaml:"names"`
			Calls []struct {
				Param   int            `yaml:"param"`
				Type    string         `yaml:"type"`
				Args    []int          `yaml:"args"`
				Struct  string         `yaml:"struct"`
				Members map[int]string `yaml:"members"`
			} `yaml:"calls"`
			Copies  [][2]int `yaml:"copies"`
			Returns []int    `yaml:"returns"`
			New     bool     `yaml:"new"`
			Ignores bool     `yaml:"ignores"`
		} `yaml:"functions"`
		Indirect []struct {
			Names []string `yaml:"names"`
			Types []string `yaml:"types"`
			Why   string   `yaml:"why"`
		} `yaml:"indirect"`
		Kept []string `yaml:"kept"`
	}
	if err := yaml.UnmarshalWithOptions(src, &file, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if file.Schema != "wlrbuild.flow-model/v1" {
		return nil, fmt.Errorf("%s: schema is %q, and not wlrbuild.flow-model/v1", name, file.Schema)
	}
	m := &Model{Functions: map[string]Behaviour{}, Indirect: map[string]Inner{}, Kept: file.Kept}
	for i, f := range file.Functions {
		b := Behaviour{Copies: f.Copies, Returns: f.Returns, New: f.New, Ignores: f.Ignores}
		for _, c := range f.Calls {
			b.Calls = append(b.Calls, Callback{Param: c.Param, Sig: c.Type, Args: c.Args, Struct: c.Struct, Members: c.Members})
		}
		for _, n := range f.Names {
			if _, twice := m.Functions[n]; twice {
				return nil, fmt.Errorf("%s:%d: function %q is here a second time", name, lineOf(src, fmt.Sprintf("$.functions[%d]", i)), n)
			}
			m.Functions[n] = b
		}
	}
	for i, f := range file.Indirect {
		if f.Why == "" {
			return nil, fmt.Errorf("%s:%d: no reason is given", name, lineOf(src, fmt.Sprintf("$.indirect[%d]", i)))
		}
		for _, n := range f.Names {
			m.Indirect[n] = Inner{f.Types, f.Why}
		}
	}
	return m, nil
}
